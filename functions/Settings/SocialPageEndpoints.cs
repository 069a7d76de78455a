using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Connecting;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>The pages Company settings → Pages, where social channels are connected.</summary>
static class SocialPageEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/pages";

    public static void MapSocialPages(this IEndpointRouteBuilder managers)
    {
        managers.MapGet("/pages", SettingsEndpoints.Page<SocialPages>((pages, http) => pages.ListAsync(http)));
        managers.MapGet("/pages/connect", SettingsEndpoints.Page<SocialPages>((pages, http) => pages.ConnectAsync(http)));
        managers.MapGet("/pages/connected", SettingsEndpoints.Page<SocialPages>((pages, http) => pages.ConnectedAsync(http)));
        managers.MapGet("/pages/choose", SettingsEndpoints.Page<SocialPages>((pages, http) => pages.OfferAsync(http)));
        managers.MapPost("/pages/choose", SettingsEndpoints.Page<SocialPages>((pages, http) => pages.ChooseAsync(http)));
        managers.MapPost("/pages/{id}/disconnect", SettingsEndpoints.Page<SocialPages>((pages, http) => pages.DisconnectAsync(http)));
    }

    /// <summary>
    /// Where networks send the browser back. The sign-in's cookie is not sent with a navigation that another site began, so this page only
    /// begins a new one.
    /// </summary>
    public static void MapNetworkReturn(this IEndpointRouteBuilder settings) => settings.MapGet(
        "/pages/return/{network}",
        SettingsEndpoints.Page<SocialPages>((_, http) => Task.FromResult(SocialPages.Return(http)))).AllowAnonymous();
}

/// <summary>A social channel, as a page shows it.</summary>
/// <param name="Reason">Why it is not connected; null if it is, or if somebody disconnected it.</param>
/// <param name="IsSandbox">Whether it publishes nowhere.</param>
/// <param name="PublishedAt">Its last publication among its newest posts; null if there is none.</param>
public sealed record ShownPage(
    string Id, string Name, string Network, string? Link, bool IsConnected, string? Reason, bool IsSandbox, DateTimeOffset? PausedUntil,
    DateTimeOffset? EndsAt, DateTimeOffset? PublishedAt);

/// <summary>A workspace with its social channels.</summary>
public sealed record ShownWorkspace(string Id, string Name, IReadOnlyList<ShownPage> Pages);

/// <summary>An account to choose.</summary>
public sealed record ShownAccount(string Id, string Name, string? Link);

sealed class SocialPages(PageSignIns signIns, CompanyStore companies, PageStore pages, PostLists posts)
{
    /// <summary>Posts among which a page's last publication is looked for.</summary>
    const int Newest = 50;

    public async Task<IResult> ListAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        var shown = await (await WorkspacesAsync(http)).EachAsync(async (workspace, stop) => new ShownWorkspace(
            workspace.Id, workspace.Name, await (await pages.ListAsync(workspace.Key, stop)).EachAsync(
                (page, inner) => ShownAsync(workspace, page, inner), stop)), cancel);
        return PageContext.Of(http).Page<SocialPagesPage>(new()
        {
            [nameof(SocialPagesPage.Workspaces)] = shown,
            [nameof(SocialPagesPage.Done)] = http.Request.Query["done"].ToString() switch
            {
                "connected" => "The page is connected.",
                "disconnected" => "The page is disconnected, and its credentials are deleted. Its posts stay.",
                _ => null,
            },
        });
    }

    /// <summary>Shows the link with which a person signs in at the network.</summary>
    public async Task<IResult> ConnectAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var (network, id) = (query["network"].ToString(), query["page"].ToString());
        var (workspace, page) = id.Length > 0 ? await FindAsync(http, id)
            : (await WorkspaceAsync(http, query["workspace"].ToString()), null);
        if (workspace is null)
        {
            return Problems.NotFound(id.Length > 0 ? "page" : "workspace").ToResult();
        }
        network = page?.Platform ?? network;
        if (!PageSignIns.All.Any(one => one.Network == network))
        {
            return Problems.NotFound("network").ToResult();
        }
        var (address, problem) = await signIns.BeginAsync(
            Person.Of(http).User.Key, workspace.Key, network, page, Redirect(http, network), http.RequestAborted);
        return PageContext.Of(http).Page<ConnectPage>(new()
        {
            [nameof(Settings.ConnectPage.Network)] = NetworkRule.All[network].Name,
            [nameof(Settings.ConnectPage.Workspace)] = workspace.Name,
            [nameof(Settings.ConnectPage.Name)] = page?.Name,
            [nameof(Settings.ConnectPage.Address)] = address?.AbsoluteUri,
            [nameof(Settings.ConnectPage.Refusal)] = problem?.Message,
        });
    }

    public static IResult Return(HttpContext http) => PageContext.Of(http).Page<ReturnPage>(new()
    {
        [nameof(ReturnPage.Next)] = $"{SocialPageEndpoints.Path}/connected{http.Request.QueryString}",
    });

    /// <summary>Exchanges the code that came back, and goes on to the choice.</summary>
    public async Task<IResult> ConnectedAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var (code, state) = (query["code"].ToString(), query["state"].ToString());
        var (ticket, problem) = code.Length == 0
            ? Problems.Malformed("You did not consent at the network, so nothing was connected.")
            : await signIns.ReturnAsync(Person.Of(http).User.Key, state, code, network => Redirect(http, network), http.RequestAborted);
        return problem is not null ? problem.ToResult()
            : Results.LocalRedirect($"{SocialPageEndpoints.Path}/choose?ticket={Uri.EscapeDataString(ticket!)}");
    }

    public Task<IResult> OfferAsync(HttpContext http) => OfferAsync(http, http.Request.Query["ticket"].ToString(), null);

    public async Task<IResult> ChooseAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var ticket = form["ticket"].ToString();
        var (_, problem) = await signIns.ConnectAsync(
            ticket, form["account"].ToString(), Person.Of(http).From(http), http.RequestAborted);
        return problem is not null ? await OfferAsync(http, ticket, problem)
            : Results.LocalRedirect(SocialPageEndpoints.Path + "?done=connected");
    }

    public async Task<IResult> DisconnectAsync(HttpContext http)
    {
        var (workspace, page) = await FindAsync(http, (string?)http.Request.RouteValues["id"]);
        var problem = page is null ? Problems.NotFound("page")
            : (await signIns.DisconnectAsync(new(workspace!.Key, page.Key), Person.Of(http).From(http), http.RequestAborted)).Problem;
        return problem is not null ? problem.ToResult() : Results.LocalRedirect(SocialPageEndpoints.Path + "?done=disconnected");
    }

    async Task<IResult> OfferAsync(HttpContext http, string ticket, Problem? refusal)
    {
        var (offer, problem) = await signIns.OfferAsync(Person.Of(http).User.Key, ticket, http.RequestAborted);
        return problem is not null ? problem.ToResult() : PageContext.Of(http).Page<ChoosePage>(new()
        {
            [nameof(ChoosePage.Ticket)] = ticket,
            [nameof(ChoosePage.Network)] = NetworkRule.All[offer!.Ticket.Network].Name,
            [nameof(ChoosePage.Name)] = offer.Page?.Name,
            [nameof(ChoosePage.Accounts)] = offer.Accounts.Select(one => new ShownAccount(one.Grant.Account, one.Name, one.Link)).ToArray(),
            [nameof(ChoosePage.Refusal)] = refusal?.Message,
        }, refusal?.Status() ?? StatusCodes.Status200OK);
    }

    static Uri Redirect(HttpContext http, string network) => new($"{http.Origin()}{SocialPageEndpoints.Path}/return/{network}");

    async Task<ShownPage> ShownAsync(Workspace workspace, Page page, CancellationToken cancel)
    {
        var newest = await posts.ListAsync(workspace, new() { Page = page.Key }, 0, Newest, null, cancel);
        return new(
            IdKind.Page.Format(workspace.Key, page.Key), page.Name, NetworkRule.All[page.Platform].Name, page.Link, page.IsConnected,
            page.DisconnectedReason, page.Network == Platforms.Sandbox, page.PausedUntil, page.EndsAt,
            newest.Posts.Max(post => post.Publishing?.PublishedAt));
    }

    async Task<IEnumerable<Workspace>> WorkspacesAsync(HttpContext http)
    {
        var (_, all) = await companies.ReadAsync(Person.Of(http).Company, http.RequestAborted);
        return all.Where(one => one.DeletedAt is null).OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase);
    }

    async Task<Workspace?> WorkspaceAsync(HttpContext http, string id) =>
        (await WorkspacesAsync(http)).FirstOrDefault(workspace => workspace.Id == id);

    /// <summary>A page of the person's company that has a network of its own.</summary>
    async Task<(Workspace? Workspace, Page? Page)> FindAsync(HttpContext http, string? id)
    {
        if (!IdKind.Page.TryParse(id, out var parsed) || parsed.Company != Person.Of(http).Company
            || await WorkspaceAsync(http, IdKind.Workspace.Format(parsed.Partition)) is not { } workspace
            || await pages.FindAsync(parsed, http.RequestAborted) is not { } page)
        {
            return default;
        }
        return (workspace, page);
    }
}
