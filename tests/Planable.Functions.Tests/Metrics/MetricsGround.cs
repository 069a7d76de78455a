using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Networks.Metrics;
using Planable.Storage;

namespace Planable.Functions.Tests.Metrics;

/// <summary>A storage of a test's own, where all instances ask the same network.</summary>
public abstract class MetricsGround : OwnStorageGround
{
    private protected FakeNetwork Network { get; } = new();

    /// <summary>What is planned.</summary>
    private protected SentSyncs Sent { get; } = new();

    private protected virtual (string Key, string Value)[] Settings => [("Syncs:Lease", "00:00:02"), ("Syncs:Patience", "00:00:01")];

    private protected override App Start() => App.Start(
        ConnectionString,
        services => services.AddSingleton<HttpPipelinePolicy>(Sent).AddKeyedSingleton<IMetricsSource>(Platforms.Sandbox, Network),
        Settings);

    /// <summary>What the timer and the jobs that it sends do.</summary>
    private protected async Task PlanAsync()
    {
        await App.Get<PlanSyncs>().RunAsync(Cancel);
        await Parallel.ForEachAsync(Sent.TakeWorkspaces(), Cancel, async (workspace, _) => await App.SyncAsync(workspace));
    }
}

static class MetricsOfCompany
{
    public static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);

    /// <summary>How the sync of a page or post goes on.</summary>
    /// <param name="path"><c>/pages/</c>id or <c>/posts/</c>id</param>
    public static async Task<JsonNode> StatusAsync(this TestCompany company, string path) =>
        (await company.Client.GetAsync(path + "/sync-status").OkAsync())["data"]!;

    public static async Task<bool> IsUnderwayAsync(this TestCompany company, string path) =>
        (await company.StatusAsync(path))["syncInProgress"]!.GetValue<bool>();

    /// <summary>Waits until no sync is under way.</summary>
    public static Task SyncedAsync(this TestCompany company, string path) =>
        Eventually.TrueAsync(async () => !await company.IsUnderwayAsync(path), $"{path} is synced");

    /// <summary>Asks for a sync, which must start, and waits for its end.</summary>
    public static async Task SyncAsync(this TestCompany company, string path)
    {
        Assert.True((await company.Client.PostAsync(path + "/sync", new { }).OkAsync())["data"]!["started"]!.GetValue<bool>());
        await company.SyncedAsync(path);
    }

    /// <summary>Has a page or post synced here and now, as one that is due.</summary>
    public static Task SyncAsync(this App app, string subject, DateTimeOffset? due = null) =>
        app.Get<SyncMetrics>()
            .RunAsync(new SyncJob(subject, due ?? TimeProvider.System.GetUtcNow()), TestContext.Current.CancellationToken);

    /// <summary>The days of a page between two moments.</summary>
    public static async Task<JsonNode> DaysAsync(
        this TestCompany company, string page, DateTimeOffset start, DateTimeOffset end, string more = "") =>
        await company.Client.GetAsync($"/pages/{page}/metrics?startDate={Day(start)}&endDate={Day(end)}{more}").OkAsync();

    /// <summary>A post that is published, since so long.</summary>
    public static async Task<Post> PublishedAsync(
        this TestCompany company, App app, TimeSpan age = default, int page = 0, string platform = "facebook")
    {
        var now = TimeProvider.System.GetUtcNow();
        var post = company.StoredPost("Published", now, page) with
        {
            Platform = platform,
            Delivery = Delivery.Published,
            ScheduledAt = now - age,
            ScheduledSet = true,
            PublishedLink = "https://example.com/1",
        };
        await app.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, [post], now, TestContext.Current.CancellationToken);
        return post;
    }

    /// <summary>A page of a network, on the sandbox.</summary>
    public static async Task<string> PageAsync(
        this TestCompany company, App app, string platform, string name = "A page", string network = Platforms.Sandbox)
    {
        var page = new Page(Ids.NewKey(TimeProvider.System), name, platform, network, true, null, null, TimeProvider.System.GetUtcNow());
        await app.Get<PageStore>().AddAsync(company.Workspaces[0].Key, [page], TestContext.Current.CancellationToken);
        return IdKind.Page.Format(company.Workspaces[0].Key, page.Key);
    }

    public static async Task<Page> StoredPageAsync(this TestCompany company, App app, string page)
    {
        Assert.True(IdKind.Page.TryParse(page, out var id));
        Assert.Equal(company.Key, id.Company);
        return (await app.Get<PageStore>().FindAsync(id, TestContext.Current.CancellationToken))!;
    }
}
