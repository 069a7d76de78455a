using System.CommandLine;
using System.Text;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Networks;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Cli;

static class PageCommands
{
    static readonly Argument<Id> Workspace = Take.Id("workspace", IdKind.Workspace, "The workspace.");
    static readonly Argument<Id> Subject = Take.Id("page", IdKind.Page, "The page.");
    static readonly Option<string> Platform =
        Take.Choice("--platform", "The platform that the page is on", true, [.. Platforms.All.Select(one => (one, one))]);
    static readonly Option<string> Name = Take.Text("--name", "The name by which people know the page.", true, Take.Characters(1, 80));
    static readonly Option<string> Network = Take.Choice(
        "--network", "The network that publishes the page's posts. The default is the platform's own. sandbox publishes nowhere", false,
        [.. Platforms.All.SelectMany(Platforms.NetworksOf).Distinct().Select(one => (one, one))]);
    static readonly Option<string> Link = Take.Text("--link", "The page's address on the network.", false, CheckLink);
    static readonly Argument<string> App = Take.Choice(
        "network", "The network", [.. Platforms.All.Where(one => one != Platforms.Universal).Select(one => (one, one))]);
    static readonly Option<SandboxFault?> Fault = Take.Choice<SandboxFault?>("--fault", "The failure to simulate from now on", true,
    [
        ("none", null), ("refused", SandboxFault.Refused), ("slow", SandboxFault.Slow), ("expired-grant", SandboxFault.ExpiredGrant),
        ("rate-limited", SandboxFault.RateLimited), ("dead-after-sending", SandboxFault.DeadAfterSending),
    ]);

    public static Command Noun() => new("pages", "Connect and disconnect pages, the social channels that posts go to.")
    {
        new Verb("connect", "Connect a page. The command reads the page's credentials from stdin and keeps them in the vault: "
            + """JSON such as {"account":"102…","accessToken":"…"}, with refreshToken and expiresAt if the network has them. """
            + "The sandbox needs no credentials. The settings page Pages signs in at the network instead.",
            """
            planable pages connect wks_wpdyety5tgkwd6 --platform facebook --name 'Acme Coffee' < credentials.json
            planable pages connect wks_wpdyety5tgkwd6 --platform instagram --name 'Acme to try' --network sandbox
            """,
            ConnectAsync, Workspace, Platform, Name, Network, Link),
        new Verb("reconnect", "Connect a page again with new credentials from stdin. Its posts do not change.",
            "planable pages reconnect pg_… < credentials.json", ReconnectAsync, Subject),
        new Verb("disconnect", "Disconnect a page and delete its credentials. Its posts stay.",
            "planable pages disconnect pg_…", DisconnectAsync, Subject),
        new Verb("sandbox", "Make a sandbox page fail, to see how the app handles it, or make it work again.",
            "planable pages sandbox pg_… --fault rate-limited", SandboxAsync, Subject, Fault),
        new Verb("app", "Store the secret of your app at a network, from stdin, so that people can connect pages there. The app's id is "
            + "the setting Networks__<network>__ClientId. docs/NETWORKS.md says how to register an app.",
            "planable pages app linkedin < secret.txt", StoreAppAsync, App),
        new Verb("list", "List a workspace's pages.", "planable pages list wks_wpdyety5tgkwd6", ListAsync, Workspace),
    };

    static async Task<Outcome<Answer>> ConnectAsync(Call call)
    {
        var (platform, workspace) = (call.Of(Platform)!, call.Of(Workspace).Partition);
        var networks = Platforms.NetworksOf(platform);
        var network = call.Of(Network) ?? networks[0];
        if (!networks.Contains(network))
        {
            return Problems.Invalid("--network", $"A {platform} page can only use {string.Join(" or ", networks)}.");
        }
        var (access, problem) = await CredentialsAsync(call, network);
        return problem is not null ? problem : Show(workspace, await call.Get<PageConnections>().ConnectAsync(
            workspace, call.Of(Name)!, platform, network, call.Of(Link), access, call.Cancel), "<workspace>");
    }

    static async Task<Outcome<Answer>> ReconnectAsync(Call call)
    {
        var id = call.Of(Subject);
        if ((await call.Get<PageStore>().ListAsync(id.Partition, call.Cancel)).Find(page => page.Key == id.Key) is not { } known)
        {
            return Problems.NotFound("page", "<page>");
        }
        var (access, problem) = await CredentialsAsync(call, known.Network);
        return problem is not null ? problem
            : Show(id.Partition, await call.Get<PageConnections>().ReconnectAsync(id, access, call.Cancel), "<page>");
    }

    static async Task<Outcome<Answer>> DisconnectAsync(Call call)
    {
        var id = call.Of(Subject);
        return Show(id.Partition, await call.Get<PageConnections>().DisconnectAsync(id, call.Cancel), "<page>");
    }

    static async Task<Outcome<Answer>> StoreAppAsync(Call call)
    {
        var network = call.Of(App);
        var (secret, problem) = await ReadAsync(call, "There is no secret.");
        if (problem is not null)
        {
            return problem;
        }
        await call.Get<SecretStore>().SetAsync(NetworkApps.SecretName(network), secret!, call.Cancel);
        var id = call.Get<IConfiguration>()[$"Networks:{network}:ClientId"];
        return Answer.Of(new StoredApp(network, id), CommandJson.Shown.StoredApp, $"The secret of the app at {network} is stored."
            + (id is { Length: > 0 } ? "" : $" The app needs the setting Networks__{network}__ClientId too."));
    }

    static async Task<Outcome<Answer>> SandboxAsync(Call call)
    {
        var (pages, id) = (call.Get<PageStore>(), call.Of(Subject));
        return await pages.FindAsync(id, call.Cancel) is not { } known ? Problems.NotFound("page", "<page>")
            : await pages.SetFaultAsync(id, call.Of(Fault), call.Cancel) is { } page ? Show(id.Partition, page, "<page>")
            : Problems.Invalid("<page>", $"The page uses {known.Network}, not the sandbox.");
    }

    static async Task<Outcome<Answer>> ListAsync(Call call)
    {
        var workspace = call.Of(Workspace).Partition;
        if (await call.Get<CompanyStore>().FindWorkspaceAsync(workspace, call.Cancel) is not { DeletedAt: null })
        {
            return Problems.NotFound("workspace", "<workspace>");
        }
        var all = (await call.Get<PageStore>().ListAsync(workspace, call.Cancel)).ConvertAll(page => PageShown.Of(workspace, page));
        return Answer.Of(new Items<PageShown>(all), CommandJson.Shown.ItemsPageShown, Columns.Of(
            "The workspace has no pages.", ["ID", "NAME", "PLATFORM", "NETWORK", "CONNECTED"],
            all.Select(one => new[] { one.Id, one.Name, one.Platform, one.Network, one.IsConnected ? "yes" : "no" })));
    }

    /// <summary>The credentials from stdin; null for the sandbox, which needs none.</summary>
    static async Task<Outcome<PageAccess?>> CredentialsAsync(Call call, string network)
    {
        if (network == Platforms.Sandbox)
        {
            return (PageAccess?)null;
        }
        var (text, problem) = await ReadAsync(
            call, $"There are no credentials, but {network} needs them. --network {Platforms.Sandbox} needs none.");
        return problem is not null ? problem : NetworkGrant.Parse(text!) is not { } grant
            ? Problems.Invalid("stdin", """Credentials must be JSON with at least "account" and "accessToken".""")
            : new PageAccess(grant.ToJson(), grant.Account, grant.EndsAt);
    }

    /// <summary>A secret from stdin.</summary>
    /// <param name="missing">What to say if there is nothing.</param>
    static async Task<Outcome<string>> ReadAsync(Call call, string missing)
    {
        // On another thread, because reading a terminal blocks and cannot be cancelled.
        var text = (await Task.Run(call.Terminal.In.ReadToEnd, CancellationToken.None).WaitAsync(call.Cancel)).Trim();
        return text.Length == 0 ? Problems.Invalid("stdin", missing)
            : Encoding.UTF8.GetByteCount(text) > SecretStore.MaxValue
            ? Problems.Invalid("stdin", $"Must have at most {SecretStore.MaxValue} bytes.")
            : text;
    }

    static string? CheckLink(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme is "http" or "https" && text.Length <= 2048
            ? null : "Must be an address such as https://example.com/acme.";

    static Outcome<Answer> Show(string workspace, Outcome<Page> outcome, string named)
    {
        if (outcome.Problem is { } problem)
        {
            return problem.At(named);
        }
        var shown = PageShown.Of(workspace, outcome.Value!);
        return Answer.Of(shown, CommandJson.Shown.PageShown,
            $"{shown.Id} {shown.Name}, {shown.Platform} through {shown.Network}, {(shown.IsConnected ? "connected" : "not connected")}"
            + (shown.DisconnectedReason is { } reason ? $": {reason}" : shown.Fault is { } fault ? $", failing: {fault}" : ""));
    }
}

sealed record PageShown(
    string Id, string WorkspaceId, string Name, string Platform, string Network, bool IsConnected, string? Link, DateTimeOffset CreatedAt,
    string? DisconnectedReason, SandboxFault? Fault)
{
    public static PageShown Of(string workspace, Page page) => new(
        IdKind.Page.Format(workspace, page.Key), IdKind.Workspace.Format(workspace), page.Name, page.Platform, page.Network,
        page.IsConnected, page.Link, page.CreatedAt, page.DisconnectedReason, page.Fault);
}

/// <param name="ClientId">The app's id, if its setting is there.</param>
sealed record StoredApp(string Network, string? ClientId);
