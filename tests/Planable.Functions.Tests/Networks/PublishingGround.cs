using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Networks;
using Planable.Networks.Publishing;
using Planable.Platform.Secrets;

namespace Planable.Functions.Tests.Networks;

/// <summary>
/// The app beside a network: posts go the whole way. No queue or timer runs, because the other instances on the same storage would take its
/// posts to the real network; a test looks at a post itself, as a worker does.
/// </summary>
sealed class NetworkCompany : IAsyncDisposable
{
    readonly FakeServer _fake;

    NetworkCompany(FakeServer fake, App app, TestCompany company)
    {
        (_fake, App, Company) = (fake, app, company);
    }

    public App App { get; }

    public TestCompany Company { get; }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<NetworkCompany> CreateAsync(
        AzuriteFixture azurite, FakeServer fake, Action<IServiceCollection>? services = null, params (string Name, string Value)[] settings)
    {
        var app = App.Start(azurite.ConnectionString, services,
            [("Tests:Runner", "false"), Registered(fake.Network), .. fake.Settings, .. settings]);
        await app.Get<SecretStore>().SetAsync(NetworkApps.SecretName(fake.Network), "app-secret", Cancel);
        return new(fake, app, await TestCompany.CreateAsync(app, pages: 1));
    }

    /// <summary>The setting of the operator's app at a network.</summary>
    public static (string Name, string Value) Registered(string network) => ($"Networks:{network}:ClientId", "app-id");

    /// <summary>A page, connected with a grant.</summary>
    public async Task<Page> PageAsync(NetworkGrant? grant = null)
    {
        grant ??= _fake.Grant;
        return (await App.Get<PageConnections>().ConnectAsync(Company.Workspaces[0].Key, "Acme", _fake.Network, _fake.Network, null,
            new(grant.ToJson(), grant.Account, grant.EndsAt), Cancel)).Value!;
    }

    /// <summary>A post that is due.</summary>
    public async Task<Post> DueAsync(Page page, string text = "Hello", Func<Post, Post>? change = null)
    {
        var now = App.Get<TimeProvider>().GetUtcNow();
        var post = Company.StoredPost(text, now) with { Page = page.Key, Platform = page.Platform };
        post = change?.Invoke(post) ?? post;
        await App.Get<PostCreation>().ImportAsync(post.Workspace, [post], now, Cancel);
        // Scheduled behind the back of the due index: the other instances on this storage look there.
        var due = post with { ScheduledAt = now, ScheduledSet = true };
        await App.Get<PostStore>().UpdateAsync((await FindAsync(post))!, due, Cancel);
        return due;
    }

    /// <summary>A file in storage.</summary>
    public Task<PostMedia> FileAsync(MediaFormat format, byte[] bytes, double? seconds = null) =>
        App.StoreAsync(Company.Workspaces[0].Key, format, bytes, seconds: seconds);

    public async Task<NextCheck> AdvanceAsync(Post post) =>
        await App.Get<PostPublisher>().AdvanceAsync((await FindAsync(post))!, Cancel);

    /// <summary>Looks at a post whenever it is time, until there is nothing left to do.</summary>
    public async Task SettleAsync(Post post)
    {
        NextCheck next = default;
        try
        {
            await Eventually.TrueAsync(async () => (next = await AdvanceAsync(post)).At is null, "the post is settled");
        }
        catch (Xunit.Sdk.XunitException e)
        {
            var known = await StoredAsync(post);
            var attempt = (await AttemptsAsync(post)).FirstOrDefault();
            Assert.Fail($"{e.Message}: {known.Delivery}, next at {next.At:T}, {known.Publishing}, {attempt}");
        }
    }

    public async Task<Post> StoredAsync(Post post) => (await FindAsync(post))!.Post;

    public async Task<Page> StoredAsync(Page page) =>
        (await App.Get<PageStore>().FindAsync(new(Company.Workspaces[0].Key, page.Key), Cancel))!;

    public async Task<PublishAttempt[]> AttemptsAsync(Post post) =>
        await App.Get<AttemptStore>().ListAsync(new(post.Workspace, post.Key), Cancel).ToArrayAsync(Cancel);

    public async Task<NetworkGrant> GrantAsync(Page page) =>
        NetworkGrant.Parse((await App.Get<SecretStore>().GetAsync((await StoredAsync(page)).Secret!, Cancel))!)!;

    Task<StoredPost?> FindAsync(Post post) => App.Get<PostStore>().ReadAsync(new(post.Workspace, post.Key), Cancel);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
