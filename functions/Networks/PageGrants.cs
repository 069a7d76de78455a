using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Networks;

/// <summary>
/// Calls networks with the grants of pages, and renews those that end soon or are no longer accepted. Over all instances one worker renews
/// a page's grant at a time. Networks may accept a refresh token once, so the new grant is stored before it is used.
/// </summary>
sealed partial class PageGrants(
    PageStore pages, SecretStore secrets, NetworkApps apps, IServiceProvider services, TimeProvider time, ILogger<PageGrants> log)
{
    /// <summary>How long before its end an access token is renewed.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>How long a worker has to renew a grant, and how often the others look.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(40), Look = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the network has to answer; shorter than the lease.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Calls a page's network. If it rejects the access token, the grant is renewed, and the call repeated once.</summary>
    /// <param name="call">Gets the grant; null if the page's network needs none.</param>
    public async Task<T> CallAsync<T>(string workspace, Page page, Func<NetworkGrant?, Task<T>> call, CancellationToken cancel)
        where T : INetworkAnswer<T>
    {
        if (page.Network == Platforms.Sandbox && page.Secret is null)
        {
            return await call(null);
        }
        // The grant may have been renewed since the page was read.
        var text = await TextAsync(page, cancel) ?? await TextAsync(await pages.FindAsync(new(workspace, page.Key), cancel), cancel);
        if (text is null)
        {
            return T.Failed(NetworkVerdict.GrantExpired, "The page's credentials are missing. Connect the page again.", null);
        }
        if (NetworkGrant.Parse(text) is not { } grant)
        {
            return page.Network == Platforms.Sandbox ? await call(null)
                : T.Failed(NetworkVerdict.GrantExpired, "The page's credentials cannot be read. Connect the page again.", null);
        }
        if (grant.ExpiresAt - time.GetUtcNow() < Margin && grant.RefreshToken is not null)
        {
            var (renewed, failure) = await RenewAsync(workspace, page, grant, cancel);
            // The token may still be good for this call.
            if (renewed is null && (failure!.Verdict is NetworkVerdict.GrantExpired || grant.ExpiresAt <= time.GetUtcNow()))
            {
                return T.Failed(failure.Verdict, failure.Message, failure.RetryAfter);
            }
            grant = renewed ?? grant;
        }
        var answer = await call(grant);
        if (answer.Verdict is not NetworkVerdict.GrantExpired || grant.RefreshToken is null)
        {
            return answer;
        }
        var (again, problem) = await RenewAsync(workspace, page, grant, cancel);
        return again is not null ? await call(again) : T.Failed(problem!.Verdict, problem.Message, problem.RetryAfter);
    }

    async Task<string?> TextAsync(Page? page, CancellationToken cancel) =>
        page?.Secret is { } name ? await secrets.GetAsync(name, cancel) : null;

    async Task<NetworkGrant?> ReadAsync(Page page, CancellationToken cancel) =>
        await TextAsync(page, cancel) is { } text ? NetworkGrant.Parse(text) : null;

    /// <summary>Renews a grant, or waits for the worker that does.</summary>
    /// <param name="old">The grant that is no longer good.</param>
    async Task<(NetworkGrant? Renewed, NetworkResult<NetworkGrant>? Failure)> RenewAsync(
        string workspace, Page page, NetworkGrant old, CancellationToken cancel)
    {
        if (services.GetKeyedService<INetworkSignIn>(page.Network) is not { } network
            || await apps.FindAsync(page.Network, cancel) is not { } app)
        {
            return (null, NetworkResult<NetworkGrant>.Failed(
                NetworkVerdict.NotNow, $"The access to the page must be renewed, but {page.Network} is not set up here.", null));
        }
        var (id, holder) = (new Id(workspace, page.Key), Base32.NewName()[..8]);
        for (var start = time.GetTimestamp(); ; await Task.Delay(Look, time, cancel))
        {
            var now = time.GetUtcNow();
            var known = await pages.HoldAsync(id, holder, now, now + Lease, cancel);
            if (known is not { IsConnected: true })
            {
                return (null, NetworkResult<NetworkGrant>.Failed(NetworkVerdict.GrantExpired, known?.DisconnectedReason, null));
            }
            if (await ReadAsync(known, cancel) is { } current && current.AccessToken != old.AccessToken)
            {
                await pages.ReleaseAsync(id, holder, cancel);
                return (current, null);
            }
            if (known.Holder == holder)
            {
                return await RenewAsync(network, app, id, known, old);
            }
            if (time.GetElapsedTime(start) > Lease)
            {
                return (null, NetworkResult<NetworkGrant>.Failed(NetworkVerdict.NotNow, "The access to the page is being renewed.", null));
            }
        }
    }

    /// <summary>
    /// Renews a grant while this worker holds the page. It is not cancelled: the network may already have replaced the token.
    /// </summary>
    async Task<(NetworkGrant? Renewed, NetworkResult<NetworkGrant>? Failure)> RenewAsync(
        INetworkSignIn network, NetworkApp app, Id id, Page held, NetworkGrant old)
    {
        NetworkResult<NetworkGrant> answer;
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            answer = await network.RenewAsync(app, old, limit.Token);
        }
        catch (Exception e)
        {
            LogNotRenewed(IdKind.Page.Format(id.Partition, id.Key), held.Network, e.GetType().Name);
            answer = new(NetworkVerdict.NotNow, Message: $"{held.Network} did not answer in time.");
        }
        if (answer.Value is not { } grant)
        {
            await pages.ReleaseAsync(id, held.Holder!, CancellationToken.None);
            return (null, answer);
        }
        var secret = PageConnections.NewSecret(id);
        await secrets.SetAsync(secret, grant.ToJson(), CancellationToken.None);
        var isStored = await pages.RenewAsync(id, held, secret, grant.EndsAt, CancellationToken.None);
        // A page that was connected anew or disconnected meanwhile has no use for it.
        await secrets.DeleteAsync(isStored ? held.Secret! : secret, CancellationToken.None);
        return isStored ? (grant, null)
            : (null, NetworkResult<NetworkGrant>.Failed(NetworkVerdict.NotNow, "The page's access was changed meanwhile.", null));
    }

    [LoggerMessage(LogLevel.Warning, "The grant of {Page} on {Network} was not renewed: {Error}")]
    partial void LogNotRenewed(string page, string network, string error);
}
