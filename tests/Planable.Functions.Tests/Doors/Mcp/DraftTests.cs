using Planable.Company.Tokens;
using Planable.Functions.Tests.Posts;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>Nothing that an assistant does changes what is published, or when.</summary>
public sealed class DraftTests(AzuriteFixture fixture)
{
    const string Refusal = "An assistant only makes drafts";

    readonly App _app = fixture.App;

    [Fact]
    public async Task A_scheduled_post_is_not_changed()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = await ScheduledAsync(company);
        var client = new McpClient(_app, company.Token);
        object[] changes =
        [
            new { postId = post, text = "Other" }, new { postId = post, scheduledAt = "2032-01-01T00:00:00Z" },
            new { postId = post, scheduledAt = (string?)null }, new { postId = post, media = Array.Empty<string>(), text = "x" },
        ];
        var before = (await company.ReadAsync(post)).ToJsonString();

        foreach (var change in changes)
        {
            Assert.Contains(Refusal, await client.RefusedAsync("update_post", change), StringComparison.Ordinal);
        }

        Assert.Equal(before, (await company.ReadAsync(post)).ToJsonString());
        // What does not go out may change.
        await client.GoodAsync("create_comment", new { postId = post, text = "A comment" });
        await client.GoodAsync("update_post", new { postId = post, labels = Array.Empty<string>() });
    }

    [Fact]
    public async Task A_draft_in_a_group_with_a_scheduled_post_is_not_changed_with_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        var group = await company.MakeAsync(company.Group(company.PageIds).With("scheduledAt", "2031-01-01T00:00:00Z"));
        await company.Client.PatchAsync("/posts/" + group[0], new { publishAtScheduledDate = true }).OkAsync();

        Assert.Contains(Refusal, await new McpClient(_app, company.Token).RefusedAsync(
            "update_post", new { postId = group[1], text = "Other" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_that_would_schedule_is_refused_and_one_that_would_not_is_given()
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED", autoSchedule: true));
        var client = new McpClient(_app, company.Token);
        var (dated, undated) = (
            (await company.MakeAsync(company.Post().With("scheduledAt", "2031-01-01T00:00:00Z")))[0], (await company.MakeAsync())[0]);

        Assert.Contains(Refusal, await client.RefusedAsync("approve_post", new { postId = dated }), StringComparison.Ordinal);
        var approved = await client.GoodAsync("approve_post", new { postId = undated });

        var refused = await company.ReadAsync(dated);
        Assert.Equal(("PLANNED", false), (refused.Text("status"), refused["approved"]!.GetValue<bool>()));
        Assert.True(approved["approved"]!.GetValue<bool>());
        await company.Client.PostAsync($"/posts/{dated}/approve", new { }).OkAsync();
    }

    [Fact]
    public async Task The_scope_publish_does_not_help()
    {
        var ground = await McpGround.CreateAsync(_app);
        var post = await ScheduledAsync(ground.Company);
        var token = await ground.AppTokenAsync(_app, McpGround.Resource(_app), AppScopes.Read, AppScopes.Write, AppScopes.Publish);

        Assert.Contains(Refusal, await new McpClient(_app, token).RefusedAsync(
            "update_post", new { postId = post, text = "Other" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_created_is_a_draft_whatever_its_date()
    {
        var company = await TestCompany.CreateAsync(_app);

        var created = await new McpClient(_app, company.Token).GoodAsync("create_grouped_post", new
        {
            workspaceId = company.WorkspaceId,
            pageIds = company.PageIds,
            text = "Hi",
            scheduledAt = "2031-01-01T00:00:00Z",
        });

        Assert.All(created["posts"]!.AsArray(), post =>
            Assert.Equal(("PLANNED", false), (post!.Text("status"), post!["scheduledSet"]!.GetValue<bool>())));
    }

    static async Task<string> ScheduledAsync(TestCompany company)
    {
        var post = (await company.MakeAsync(company.Post().With("scheduledAt", "2031-01-01T00:00:00Z")))[0];
        await company.Client.PatchAsync("/posts/" + post, new { publishAtScheduledDate = true }).OkAsync();
        return post;
    }
}
