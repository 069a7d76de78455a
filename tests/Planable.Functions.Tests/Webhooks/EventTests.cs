using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Operate;

namespace Planable.Functions.Tests.Webhooks;

/// <summary>Events for those who ask for them, and what they cost those who write.</summary>
public sealed class EventTests(WebhookGround ground) : IClassFixture<WebhookGround>
{
    static readonly string[] Disconnections = ["page.disconnected"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_follows_a_workspace_gets_every_event_once_and_in_order()
    {
        var company = await TestCompany.CreateAsync(ground.App, pages: 3);
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        await company.Client.PatchAsync("/posts/" + posts[0], new { text = "B" }).OkAsync();
        await company.Client.DeleteAsync("/posts/" + posts[2]).GoneAsync();
        await using var later = Later(TimeSpan.FromMinutes(2));
        var client = later.As(company.Token);
        var all = new List<(string Type, string Post)>();
        var query = $"/events?workspaceId={company.WorkspaceId}&limit=2";

        for (var cursor = ""; ;)
        {
            var page = await client.GetAsync(query + cursor).OkAsync();
            all.AddRange(page["data"]!.AsArray().Select(one => (one!.Text("type"), one!["data"]!.Text("postId"))));
            cursor = "&cursor=" + page.Text("nextCursor");
            if (!page["hasMore"]!.GetValue<bool>())
            {
                Assert.Empty((await client.GetAsync(query + cursor).OkAsync())["data"]!.AsArray());
                break;
            }
        }

        Assert.Equal(posts.Select(post => ("post.created", post)), all[..3]);
        Assert.Equal(posts.Select(post => ("post.updated", post)).Order(), all[3..6].Order());
        Assert.Equal([("post.deleted", posts[2])], all[6..]);
        Assert.Empty((await company.Client.GetAsync(query).OkAsync())["data"]!.AsArray());
        await client.GetAsync(query + "&cursor=x").InvalidAsync("cursor");
        await client.GetAsync("/events?workspaceId=wks_x").NotFoundAsync();
    }

    [Fact]
    public async Task Events_are_listed_for_30_days()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        await company.MakeAsync();
        var (before, after) = (TimeSpan.FromDays(29), TimeSpan.FromDays(31));

        foreach (var (age, count) in new[] { (before, 1), (after, 0) })
        {
            await using var later = Later(age);
            await later.Get<OutboxSweep>().RunAsync(Cancel);
            Assert.Equal(count, (await later.As(company.Token).GetAsync(
                $"/events?workspaceId={company.WorkspaceId}&since=2020-01-01").OkAsync())["data"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task A_client_is_listed_no_event_of_what_it_cannot_see()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var client = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));
        await company.MakeAsync(company.Post("Hidden").With("teamOnly", true));
        var shown = (await company.MakeAsync())[0];
        await using var later = Later(TimeSpan.FromMinutes(2));

        var list = await later.As(await company.TokenAsync(creator: client))
            .GetAsync($"/events?workspaceId={company.WorkspaceId}").OkAsync();

        Assert.Equal(shown, Assert.Single(list["data"]!.AsArray())!["data"]!.Text("postId"));
    }

    [Fact]
    public async Task A_write_costs_one_message_more_where_there_is_a_webhook_and_nothing_more_where_there_is_none()
    {
        var company = await TestCompany.CreateAsync(ground.App);

        var without = await CostAsync();
        await company.Client.PostAsync("/webhooks", new { url = "https://example.com", events = Disconnections })
            .CreatedAsync();
        var with = await CostAsync();

        Assert.Equal((3, 3, 0), (without.Calls, without.Steps, without.Messages));
        Assert.Equal((4, 3, 1), (with.Calls, with.Steps, with.Messages));

        async Task<StorageCalls.Cost> CostAsync()
        {
            await company.Client.GetAsync("/ping").OkAsync();
            return await StorageCalls.OfAsync(measured =>
                company.Client.SendAsync(HttpMethod.Post, "/posts", Json.Text(company.Post()), change: measured));
        }
    }

    /// <summary>An instance whose clock is ahead.</summary>
    App Later(TimeSpan by) => App.Start(
        ground.ConnectionString, services => services.AddSingleton<TimeProvider>(new Ahead(by)), App.CallsOnly);

    sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
