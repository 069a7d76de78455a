using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

/// <summary>What an edit of one post does to the others of its group.</summary>
public sealed class EditGroupTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task What_a_group_shares_reaches_all_of_it_and_the_rest_one_post()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20);
        var (campaign, label) = (await company.CampaignAsync(), (await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" }).CreatedAsync())["data"]!.Text("id"));
        var posts = await company.MakeAsync(company.Group(company.PageIds));

        await company.Client.PatchAsync("/posts/" + posts[4], new
        {
            text = "Shared",
            scheduledAt = "2030-01-01T00:00:00Z",
            publishAtScheduledDate = true,
            labels = new[] { label },
            campaignId = campaign,
            teamOnly = true,
            linkedinPdfTitle = "mine",
            pinterest = new { boardId = "mine" },
        }).OkAsync();

        var list = (await company.Client.GetAsync(
            $"/posts?workspaceId={company.WorkspaceId}&campaignId={campaign}").OkAsync())["data"]!.AsArray();
        Assert.Equal(20, list.Count);
        Assert.All(list.OfType<JsonNode>(), post =>
        {
            Assert.Equal(("Shared", "SCHEDULED"), (post.Text("plainText"), post.Text("status")));
            Assert.Equal(label, Assert.Single(post["labels"]!.AsArray())!.Text("uuid"));
            Assert.Equal(post.Text("id") == posts[4], post["teamOnly"]!.GetValue<bool>());
            Assert.Equal(post.Text("id") == posts[4], post["pinterest"] is not null);
        });
        Assert.Empty((await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&campaignId=no-campaign").OkAsync()).Ids());
        await company.Client.PatchAsync("/posts/" + posts[0], new { scheduledAt = (string?)null, campaignId = (string?)null }).OkAsync();
        Assert.All((await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray(),
            one => Assert.Equal("NO_DATE_SET", one!.Text("status")));
    }

    [Fact]
    public async Task An_edit_does_not_reach_what_is_published_or_unseen_and_sets_no_archived_posts_schedule()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 5);
        var person = await company.PersonAsync(TestCompany.Person(
            Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE, Permission.PUBLISH])));
        var posts = await GroupAsync(
            company, post => post with { Delivery = Delivery.Published }, post => post with { Delivery = Delivery.Publishing },
            post => post with { Archived = true }, post => post with { TeamOnly = true }, post => post);

        await _app.As(await company.TokenAsync(creator: person)).PatchAsync(
            "/posts/" + posts[4], new { text = "new", scheduledAt = "2030-01-01T00:00:00Z", publishAtScheduledDate = true }).OkAsync();

        var now = await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync();
        Assert.Equal(["old", "old", "new", "old", "new"], posts.Select(id => Of(id).Text("plainText")));
        Assert.Equal([false, false, false, false, true], posts.Select(id => Of(id)["scheduledSet"]!.GetValue<bool>()));
        Assert.Equal([null, null, "2030-01-01T00:00:00.000Z", null, "2030-01-01T00:00:00.000Z"],
            posts.Select(id => Of(id)["scheduledAt"]?.GetValue<string>()));

        JsonNode Of(string id) => now["data"]!.AsArray().Single(post => post!.Text("id") == id)!;
    }

    [Fact]
    public async Task A_locked_post_keeps_its_group_from_changing()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3, approval: ApprovalTests.Settings("REQUIRED", autoLock: true));
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        await company.Client.PatchAsync("/posts/" + posts[1], new { approved = true }).OkAsync();

        await company.Client.PatchAsync("/posts/" + posts[0], new { text = "x" }).InvalidAsync("text");
        await company.Client.PatchAsync("/posts/" + posts[0], new { scheduledAt = "2030-01-01T00:00:00Z" }).OkAsync();

        var list = (await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray();
        Assert.All(list.OfType<JsonNode>(), post => Assert.Equal(("Hello", "PLANNED"), (post.Text("plainText"), post.Text("status"))));
        Assert.Equal([posts[1]], list.Where(post => post!["approved"]!.GetValue<bool>()).Select(post => post!.Text("id")));
    }

    [Fact]
    public async Task A_post_that_left_its_sync_is_on_its_own()
    {
        var company = await TestCompany.CreateAsync(_app);
        var posts = await GroupAsync(company, post => post with { GroupSync = false }, post => post);

        await company.Client.PatchAsync("/posts/" + posts[1], new { text = "one" }).OkAsync();
        await company.Client.PatchAsync("/posts/" + posts[0], new { text = "other" }).OkAsync();

        Assert.Equal("other", (await company.Client.GetAsync("/posts/" + posts[0]).OkAsync())["data"]!.Text("plainText"));
        Assert.Equal("one", (await company.Client.GetAsync("/posts/" + posts[1]).OkAsync())["data"]!.Text("plainText"));
    }

    /// <summary>A group as stored, each of its posts changed.</summary>
    async Task<string[]> GroupAsync(TestCompany company, params Func<Post, Post>[] changes)
    {
        var group = Ids.NewGroup(TimeProvider.System);
        var posts = changes.Select((change, index) => change(company.StoredPost("old", TimeProvider.System.GetUtcNow(), index) with
        {
            Key = Ids.Member(group, index),
            GroupPages = [.. company.PageIds.Select(page => page[^Ids.KeyLength..])],
            GroupSync = true,
        })).ToArray();
        await _app.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, posts, TimeProvider.System.GetUtcNow(), default);
        return [.. posts.Select(post => post.Id)];
    }
}
