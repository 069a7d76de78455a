using System.Buffers.Text;
using System.Security.Cryptography;
using Planable.Company.Audit;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Networks.Connecting;

/// <summary>What a person who signed in at a network can connect.</summary>
sealed record Offer(SignInTicket Ticket, Page? Page, OfferedAccount[] Accounts);

/// <summary>
/// Connects pages with a sign-in at their network. Between sign-in and choice the person's grant is a secret <c>connect-</c>random, which
/// the choice deletes, or a daily sweep. The accounts are asked for again when one is chosen, so that their grants are stored nowhere else.
/// </summary>
sealed class PageSignIns(
    NetworkApps apps, SignInTickets tickets, SecretStore secrets, PageStore pages, PageConnections connections, AuditLog audit,
    IServiceProvider services, TimeProvider time)
{
    public const string SecretPrefix = "connect-";

    static readonly TimeSpan Kept = TimeSpan.FromHours(2), Patience = TimeSpan.FromSeconds(20);

    /// <summary>The networks whose pages can be connected, with their display names.</summary>
    public static (string Network, string Name)[] All =>
        [.. Platforms.All.Where(one => one != Platforms.Universal).Select(one => (one, NetworkRule.All[one].Name))];

    /// <summary>The address at which a person signs in.</summary>
    /// <param name="page">The page to connect again; null for a new one.</param>
    public async Task<Outcome<Uri>> BeginAsync(
        string user, string workspace, string network, Page? page, Uri redirect, CancellationToken cancel)
    {
        if (await ClientAsync(network, cancel) is not var (client, app))
        {
            return NotSetUp(network);
        }
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var state = tickets.Protect(new(user, workspace, network, page?.Key, verifier));
        return client.Address(app, new(redirect, state, verifier));
    }

    /// <summary>Exchanges the code that the network sent back. Returns the ticket with which an account is chosen.</summary>
    public async Task<Outcome<string>> ReturnAsync(
        string user, string state, string code, Func<string, Uri> redirect, CancellationToken cancel)
    {
        if (tickets.Read(state) is not { } ticket || ticket.User != user)
        {
            return Problems.Malformed("This sign-in has ended. Begin again.");
        }
        if (await ClientAsync(ticket.Network, cancel) is not var (client, app))
        {
            return NotSetUp(ticket.Network);
        }
        var grant = await AskAsync(
            ticket.Network,
            limit => client.ExchangeAsync(app, new(redirect(ticket.Network), state, ticket.Secret), code, limit), cancel);
        if (grant.Value is null)
        {
            return Problems.Malformed(grant.Message ?? "The sign-in did not succeed. Begin again.");
        }
        var secret = SecretPrefix + Base32.NewName();
        await secrets.SetAsync(secret, grant.Value.ToJson(), cancel);
        return tickets.Protect(ticket with { Secret = secret });
    }

    /// <summary>The accounts that the person can choose among.</summary>
    public async Task<Outcome<Offer>> OfferAsync(string user, string text, CancellationToken cancel)
    {
        if (tickets.Read(text) is not { } ticket || ticket.User != user
            || !ticket.Secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            || await secrets.GetAsync(ticket.Secret, cancel) is not { } stored || NetworkGrant.Parse(stored) is not { } person)
        {
            return Problems.Malformed("This sign-in has ended. Begin again.");
        }
        if (await ClientAsync(ticket.Network, cancel) is not var (client, app))
        {
            return NotSetUp(ticket.Network);
        }
        var offered = await AskAsync(ticket.Network, limit => client.AccountsAsync(app, person, limit), cancel);
        if (offered.Value is not { } accounts)
        {
            return Problems.Malformed(offered.Message ?? "The network does not tell your pages. Begin again.");
        }
        var page = ticket.PageId is { } id ? await pages.FindAsync(id, cancel) : null;
        return ticket.Page is not null && page is null ? Problems.NotFound("page")
            : new Offer(ticket, page, page?.Account is not { } account ? accounts
                : Array.FindAll(accounts, one => one.Grant.Account == account));
    }

    /// <summary>
    /// Connects the chosen account: as the page that is connected again, as the workspace's page of that account, or as a new one.
    /// </summary>
    public async Task<Outcome<Page>> ConnectAsync(string ticket, string account, Actor by, CancellationToken cancel)
    {
        var (offer, problem) = await OfferAsync(by.User, ticket, cancel);
        if (problem is not null)
        {
            return problem;
        }
        var (workspace, network) = (offer!.Ticket.Workspace, offer.Ticket.Network);
        if (Array.Find(offer.Accounts, one => one.Grant.Account == account) is not { } chosen)
        {
            return Problems.Malformed("Choose one of the listed pages.");
        }
        var known = offer.Page ?? (await pages.ListAsync(workspace, cancel)).Find(
            page => page.Network == network && page.Account == account);
        var access = new PageAccess(chosen.Grant.ToJson(), account, chosen.Grant.EndsAt);
        (var page, problem) = known is null
            ? await connections.ConnectAsync(workspace, chosen.Name, network, network, chosen.Link, access, cancel)
            : await connections.ReconnectAsync(new(workspace, known.Key), access, cancel);
        if (problem is not null)
        {
            return problem;
        }
        await secrets.DeleteAsync(offer.Ticket.Secret, cancel);
        await LogAsync(AuditAction.PageConnected, workspace, page!, by, cancel);
        return page!;
    }

    public async Task<Outcome<Page>> DisconnectAsync(Id id, Actor by, CancellationToken cancel)
    {
        var (page, problem) = await connections.DisconnectAsync(id, cancel);
        if (problem is null)
        {
            await LogAsync(AuditAction.PageDisconnected, id.Partition, page!, by, cancel);
        }
        return problem is null ? page! : problem;
    }

    /// <summary>Deletes the grants of people who signed in but chose nothing.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        await foreach (var secret in secrets.ListAsync(SecretPrefix, cancel).Where(one => one.CreatedAt < time.GetUtcNow() - Kept))
        {
            await secrets.DeleteAsync(secret.Name, cancel);
        }
    }

    async Task<(INetworkSignIn Client, NetworkApp App)?> ClientAsync(string network, CancellationToken cancel) =>
        services.GetKeyedService<INetworkSignIn>(network) is { } client && await apps.FindAsync(network, cancel) is { } app
            ? (client, app) : null;

    static Problem NotSetUp(string network) => Problems.Malformed(
        $"{NetworkRule.All[network].Name} is not set up here. An operator has to register an app there, as docs/NETWORKS.md says.");

    /// <summary>Somebody waits for this call: a network that does not answer in time is a failure.</summary>
    static async Task<NetworkResult<T>> AskAsync<T>(
        string network, Func<CancellationToken, Task<NetworkResult<T>>> ask, CancellationToken cancel) where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return NetworkResult<T>.Failed(NetworkVerdict.NotNow, $"{NetworkRule.All[network].Name} did not answer.", null);
        }
    }

    Task LogAsync(AuditAction action, string workspace, Page page, Actor by, CancellationToken cancel) => audit.AddAsync(
        new Id(workspace, page.Key).Company,
        new(Ids.NewKey(time), time.GetUtcNow(), action, IdKind.Page.Format(workspace, page.Key), page.Name, by.User, by.Address,
            NetworkRule.All[page.Platform].Name), cancel);
}

static class ConnectingServices
{
    public static IServiceCollection AddConnecting(this IServiceCollection services) =>
        services.AddSingleton<SignInTickets>().AddSingleton<PageSignIns>();
}
