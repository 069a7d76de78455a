using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Doors.OAuth;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>The page Connected apps, and the one on which people let an app in.</summary>
static class ConnectedAppEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/apps";

    /// <summary>Maps where apps send people.</summary>
    public static void MapAuthorize(this IEndpointRouteBuilder routes) => routes.MapMethods(
        OAuthEndpoints.Authorize, [HttpMethods.Get, HttpMethods.Head],
        SettingsEndpoints.Page<ConsentPages>((pages, http) => pages.BeginAsync(http))).AllowAnonymous().ExcludeFromDescription();

    public static void MapConnectedApps(this IEndpointRouteBuilder settings)
    {
        var people = settings.MapGroup("/apps").RequireAuthorization(Person.Policy(_ => true));
        people.MapGet("", SettingsEndpoints.Page<ConnectedAppPages>((pages, http) => pages.ShowAsync(http)));
        people.MapGet("/authorize", SettingsEndpoints.Page<ConsentPages>((pages, http) => pages.AskAsync(http)));
        people.MapPost("/authorize", SettingsEndpoints.Page<ConsentPages>((pages, http) => pages.AnswerAsync(http)));
        people.MapPost("/{id}/revoke", SettingsEndpoints.Page<ConnectedAppPages>((pages, http) => pages.RevokeAsync(http)));
        settings.MapGroup("/apps").RequireAuthorization(Person.Policy(person => person.ManagesPeople))
            .MapPost("/members", SettingsEndpoints.Page<ConnectedAppPages>((pages, http) => pages.AllowMembersAsync(http)));
    }
}

/// <summary>An app that somebody connected.</summary>
/// <param name="Host">The host that vouches for it; null if it registered itself.</param>
/// <param name="Person">Who connected it.</param>
/// <param name="Workspaces">The names of its workspaces; null for all.</param>
/// <param name="UsedAt">Its last call; null if it made none.</param>
public sealed record ConnectedApp(
    string Id, string Name, string? Host, string Person, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Workspaces,
    DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);

sealed class ConnectedAppPages(Grants grants, GrantTexts texts, TokenStore tokens, CompanyStore companies, CompanyDirectory directory)
{
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var (person, cancel) = (Person.Of(http), http.RequestAborted);
        var users = companies.UsersAsync(person.Company, cancel);
        var (company, workspaces) = await companies.ReadAsync(person.Company, cancel);
        var shown = (await grants.ListAsync(person.Company, cancel))
            .Where(grant => MaySee(person, grant) && grant.IsRedeemed && !grants.IsPast(grant)).ToArray();
        var names = (await users).ToDictionary(user => user.Key, user => user.Name, StringComparer.Ordinal);
        return PageContext.Of(http).Page<ConnectedAppsPage>(new()
        {
            [nameof(ConnectedAppsPage.Apps)] = await shown.EachAsync(async (grant, stop) => new ConnectedApp(
                IdKind.Grant.Format(grant.Company, grant.Key), grant.Name, new OAuthClient(grant.Client, grant.Name, []).Host,
                names.GetValueOrDefault(grant.User, "a former user"), grant.Scopes,
                grant.Workspaces?.Select(key => workspaces.Find(one => one.Key == key)?.Name ?? "a deleted workspace").ToArray(),
                grant.CreatedAt,
                (await tokens.RowAsync(await texts.HashOf(grant, grant.Generation, stop), stop))?.GetDateTimeOffset("UsedAt")), cancel),
            [nameof(ConnectedAppsPage.AreMembersAllowed)] = company!.Value.MembersConnectApps,
            [nameof(ConnectedAppsPage.Done)] = http.Request.Query["done"].ToString() switch
            {
                "revoked" => "The app is revoked. Its calls are refused from now on.",
                "saved" => "Saved.",
                _ => null,
            },
        });
    }

    public async Task<IResult> RevokeAsync(HttpContext http)
    {
        var (person, cancel) = (Person.Of(http), http.RequestAborted);
        var problem = IdKind.Grant.TryParse((string?)http.Request.RouteValues["id"], out var id) && id.Partition == person.Company
            && await grants.FindAsync(id.Partition, id.Key, cancel) is { Value: var grant } && MaySee(person, grant)
            ? await grants.EndAsync(grant, person.From(http), null, cancel) : Problems.NotFound("app");
        return problem is not null ? problem.ToResult() : Results.LocalRedirect(ConnectedAppEndpoints.Path + "?done=revoked");
    }

    public async Task<IResult> AllowMembersAsync(HttpContext http)
    {
        var company = Person.Of(http).Company;
        var isAllowed = (await http.Request.ReadFormAsync(http.RequestAborted))["members"] == "yes";
        await companies.ChangeAsync(company, known => known with { MembersConnectApps = isAllowed }, http.RequestAborted);
        directory.Forget(company);
        return Results.LocalRedirect(ConnectedAppEndpoints.Path + "?done=saved");
    }

    static bool MaySee(Person person, Grant grant) => person.User.Role is Role.OWNER || grant.User == person.User.Key;
}
