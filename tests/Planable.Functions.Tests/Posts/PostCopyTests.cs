using System.Text.Json.Nodes;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

/// <summary>Whatever is written, lists show what the posts say, and a check of storage finds nothing.</summary>
public sealed class PostCopyTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_show_what_the_posts_say_after_every_kind_of_write()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3, approval: ApprovalTests.Settings("OPTIONAL"));
        var client = company.Client;
        var (campaign, other) = (await company.CampaignAsync(), await company.CampaignAsync());
        var label = (await client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id");
        var one = (await company.MakeAsync())[0];
        var group = await company.MakeAsync(company.Group(company.PageIds).With("campaignId", campaign)
            .With("scheduledAt", "2030-01-01T00:00:00Z").With("internalNote", "A note"));
        await AgreeAsync(company, "creation");

        (string What, Func<Task> Write)[] writes =
        [
            ("a text", () => EditAsync(one, new { text = "Other", labels = new[] { label } })),
            ("a large text", () => EditAsync(one, new { text = ListCostTests.Emoji(25_000) })),
            ("a small text", () => EditAsync(one, new { text = "Small" })),
            ("a date", () => EditAsync(one, new { scheduledAt = "2030-02-01T00:00:00Z" })),
            ("no date", () => client.SendAsync(HttpMethod.Patch, "/posts/" + one, """{"scheduledAt":null}""").OkAsync()),
            ("a group's date", () => EditAsync(group[1], new { scheduledAt = "2030-03-01T00:00:00Z", text = "Of all" })),
            ("team-only", () => EditAsync(group[1], new { teamOnly = true })),
            ("a mixed group", () => EditAsync(group[0], new { scheduledAt = "2030-04-01T00:00:00Z", campaignId = other })),
            ("all team-only", () => EditAsync(group[0], new { teamOnly = true })),
            ("for clients", () => EditAsync(group[1], new { teamOnly = false })),
            ("one's own title", () => EditAsync(group[2], new { linkedinPdfTitle = "Title" })),
            ("archived", () => EditAsync(group[2], new { archived = true })),
            ("approved", () => EditAsync(one, new { approved = true })),
            ("rejected", () => client.PostAsync($"/posts/{one}/reject", new { }).OkAsync()),
            ("approval requested", () => client.PostAsync(
                $"/posts/{one}/request-approval", new { approverIds = new[] { company.Owner.Id(company.Key) } }).OkAsync()),
            ("a comment", () => company.CommentAsync(group[0])),
            ("a note", () => company.CommentAsync(one, teamOnly: true)),
            ("no comment", async () => await client.DeleteAsync(
                $"/posts/{group[0]}/comments/{await company.CommentAsync(group[0], "x")}").GoneAsync()),
            ("shared", () => client.SendAsync(HttpMethod.Post, $"/posts/{group[0]}/share").OkAsync()),
            ("not shared", () => client.DeleteAsync($"/posts/{group[0]}/share").GoneAsync()),
            ("reordered", () => client.PatchAsync(
                "/posts/reorder", new { workspaceId = company.WorkspaceId, postIds = new[] { group[2], one, group[0] } }).OkAsync()),
            ("media", () => EditAsync(group[1], new { media = Bodies.Nowhere })),
            ("publishing", () => StoreAsync(one, post => post with
            {
                Delivery = Delivery.Publishing,
                Publishing = new() { Until = TimeProvider.System.GetUtcNow() },
            })),
            ("a lease", () => StoreAsync(one, post => post with { Publishing = post.Publishing! with { Until = null } })),
            ("published", () => StoreAsync(one, post => post with { Delivery = Delivery.Published, PublishedLink = "https://x.test/" })),
            ("a story", () => client.PostAsync("/stories", new
            {
                workspaceId = company.WorkspaceId,
                pageId = company.PageIds[0],
                media = new[] { Bodies.Nowhere[0], Bodies.Nowhere[0] },
            }).CreatedAsync()),
            ("one less", () => client.DeleteAsync("/posts/" + group[0]).GoneAsync()),
            ("no campaign", () => client.DeleteAsync("/campaigns/" + other).GoneAsync()),
            ("none", async () =>
            {
                foreach (var post in group[1..].Append(one))
                {
                    await client.DeleteAsync("/posts/" + post).GoneAsync();
                }
            }),
        ];
        foreach (var (what, write) in writes)
        {
            await write();
            await AgreeAsync(company, what);
        }

        Task EditAsync(string post, object body) => client.PatchAsync("/posts/" + post, body).OkAsync();

        async Task StoreAsync(string post, Func<Post, Post> change)
        {
            var stored = (await _app.Get<PostStore>().ReadAsync(new(company.Workspaces[0].Key, post[^Ids.KeyLength..]), Cancel))!;
            await _app.Get<PostStore>().UpdateAsync(stored, change(stored.Post), Cancel);
        }
    }

    [Fact]
    public async Task Lists_show_what_the_posts_say_after_writes_of_a_groups_posts_at_once()
    {
        await using var second = App.Start(fixture.ConnectionString, settings: App.CallsOnly);
        var company = await TestCompany.CreateAsync(_app, pages: 6);
        var group = await company.MakeAsync(company.Group(company.PageIds).With("scheduledAt", "2030-01-01T00:00:00Z"));

        await Task.WhenAll(group.Select(async (post, index) =>
        {
            var client = (index % 2 == 0 ? _app : second).As(company.Token);
            for (var turn = 0; turn < 3; turn++)
            {
                await client.PostAsync($"/posts/{post}/comments", new { text = "A comment" }).CreatedAsync();
                await client.PatchAsync("/posts/" + post, new { linkedinPdfTitle = $"{turn}" }).OkAsync();
            }
            await client.PatchAsync("/posts/" + post, new { teamOnly = index % 3 == 0 }).OkAsync();
        }));

        await AgreeAsync(company, "writes at once");
        Assert.All(await Task.WhenAll(group.Select(company.ReadAsync)), post => Assert.Equal(3, post.Number("commentsCounter")));
    }

    /// <summary>Waits, because some writes are finished by the queue.</summary>
    async Task AgreeAsync(TestCompany company, string what)
    {
        for (var turn = 0; await WrongAsync(company) is { } wrong; turn++)
        {
            Assert.True(turn < 200, $"After {what}: {wrong}");
            await Task.Delay(100, Cancel);
        }
    }

    async Task<string?> WrongAsync(TestCompany company)
    {
        var found = await company.CheckAsync();
        if (found.Count > 0)
        {
            return string.Join('\n', found);
        }
        var campaigns = (await company.Client.GetAsync("/campaigns?workspaceId=" + company.WorkspaceId).OkAsync()).Ids();
        foreach (var filter in company.PageIds.Select(page => "pageId=" + page).Concat(campaigns.Select(id => "campaignId=" + id))
            .Append("campaignId=no-campaign").Append("scheduledAfter=2000-01-01"))
        {
            var list = await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&{filter}").OkAsync();
            foreach (var listed in list["data"]!.AsArray())
            {
                var post = await company.ReadAsync(listed!.Text("id"));
                if (!JsonNode.DeepEquals(listed, post))
                {
                    return $"{filter}: {listed!.ToJsonString()} is {post.ToJsonString()}";
                }
            }
        }
        return null;
    }
}
