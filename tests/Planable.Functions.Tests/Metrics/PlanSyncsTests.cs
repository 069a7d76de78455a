using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Workspaces;
using Planable.Content.Pages;
using Planable.Functions.Tests.Kill;
using Planable.Networks.Metrics;
using Planable.Storage;

namespace Planable.Functions.Tests.Metrics;

/// <summary>
/// The plan's syncs, of everybody who has analytics and of nobody else. The instances here run no triggers:
/// the tests do.
/// </summary>
public sealed class PlanSyncsTests : MetricsGround
{
    private protected override (string Key, string Value)[] Settings => App.CallsOnly;

    [Fact]
    public async Task Every_connected_page_of_whoever_has_analytics_is_planned_and_nobody_elses()
    {
        var (included, addOn, without) = (
            await TestCompany.CreateAsync(App, pages: 5), await TestCompany.CreateAsync(App, Plan.Pro),
            await TestCompany.CreateAsync(App, Plan.Pro));
        await App.Get<WorkspaceStore>().SetAnalyticsAsync(addOn.Workspaces[0].Key, on: true, Cancel);
        Assert.True(IdKind.Page.TryParse(included.PageIds[2], out var lost));
        await App.Get<PageConnections>().DisconnectAsync(lost, Cancel);
        var real = await included.PageAsync(App, "facebook", network: "facebook");
        await included.PageAsync(App, "pinterest");

        await PlanAllAsync();

        Assert.Equal(included.PageIds.Except([included.PageIds[2]]).Append(real).Concat(addOn.PageIds).Order(), Sent.Take().Order());
        Assert.NotEmpty(without.PageIds);
    }

    [Fact]
    public async Task An_hour_is_planned_once_and_missed_hours_are_made_up_for()
    {
        var company = await TestCompany.CreateAsync(App, pages: 1);
        await PlanAllAsync();
        await PlanAsync();
        await PlanAsync();

        Assert.Equal(company.PageIds[0], Assert.Single(Sent.Take()));
    }

    [Fact]
    public async Task What_two_instances_plan_at_once_is_done_once()
    {
        var company = await TestCompany.CreateAsync(App, pages: 5);
        await using var other = Start();
        var hour = TimeProvider.System.GetUtcNow().AddHours(-24);
        await Task.WhenAll(App.Get<PlanSyncs>().PlanAsync(company.Workspaces[0].Key, hour, Cancel),
            other.Get<PlanSyncs>().PlanAsync(company.Workspaces[0].Key, hour, Cancel));
        var planned = Sent.Take();
        Assert.Equal(10, planned.Length);

        await Task.WhenAll(planned.Select((page, number) => (number % 2 == 0 ? App : other).SyncAsync(page, hour)));

        Assert.Equal(5, Network.Asked.Count);
    }

    [Fact]
    public async Task Published_posts_are_planned_by_their_age_each_of_a_group()
    {
        var company = await TestCompany.CreateAsync(App, pages: 3);
        var now = TimeProvider.System.GetUtcNow();
        var (young, old) =
            (await company.PublishedAsync(App, TimeSpan.FromDays(2)), await company.PublishedAsync(App, TimeSpan.FromDays(100)));
        await company.Client.PostAsync(
            "/posts", company.Post().With("scheduledAt", now.AddHours(1)).With("publishAtScheduledDate", true)).CreatedAsync();

        await App.Get<PlanSyncs>().PlanAsync(company.Workspaces[0].Key, now, Cancel);

        // The young post twice; the one that is to be published as often as if it were.
        var groups = Sent.Take().Where(id => id.StartsWith("grp_", StringComparison.Ordinal)).CountBy(id => id)
            .Select(group => group.Value).Order().ToArray();
        Assert.Equal(2, groups.Length);
        Assert.Equal((2, true), (groups[0], groups[1] is 7 or 8));
        foreach (var post in new[] { young, old })
        {
            await App.SyncAsync(IdKind.Group.Format(post.Workspace, post.Key[..^1]));
        }
        Assert.Single(Network.Asked, asked => asked.Key == young.Key);
        Assert.Single(Network.Asked, asked => asked.Key == old.Key);
    }

    [Fact]
    public async Task A_day_of_a_page_costs_no_more_than_6_storage_calls()
    {
        const int AtOnce = 50, Pages = 4, Companies = 2;
        var workspaces = Rounds.Of(60);
        foreach (var some in Enumerable.Range(0, workspaces).Chunk(AtOnce))
        {
            await TestCompany.CreateAsync(App, workspaces: some.Length, pages: Pages);
        }
        var pages = workspaces * Pages;
        await ForgetPlanAsync();
        await PlanAllAsync();
        Sent.Take();
        // The second day, as every day from then on.
        await ForgetPlanAsync();

        var planning = await StorageCalls.OfAsync(() => PlanAsync());
        var planned = Sent.Take();
        var syncing = await StorageCalls.OfAsync(
            () => Parallel.ForEachAsync(planned, Cancel, async (page, _) => await App.SyncAsync(page)));

        Assert.Equal(pages, planned.Length);
        Assert.Equal(pages, Network.Asked.Count);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{pages} pages in {workspaces} workspaces: planned with {planning.Calls} calls, synced with {syncing.Calls}");
        Assert.True(
            planning.Calls + syncing.Calls <= (6 * pages) + Companies,
            $"{planning.Calls} + {syncing.Calls} for {pages} pages\n{planning.Requests}");
        // Now and then, one more asks whether the company has webhooks.
        Assert.True(syncing.Calls <= 4.1 * pages, syncing.Requests);
    }

    /// <summary>Plans all hours of a day, as if the app had been away for that long.</summary>
    async Task PlanAllAsync()
    {
        await ForgetPlanAsync();
        await PlanAsync();
    }

    /// <summary>As if the last plan were a day old.</summary>
    Task<Azure.Response> ForgetPlanAsync() => App.Get<Tables>().Metrics.UpsertEntityAsync(
        new TableEntity("plan", "last") { ["Hour"] = TimeProvider.System.GetUtcNow().AddHours(-30) }, TableUpdateMode.Replace, Cancel);
}
