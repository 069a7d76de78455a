using Planable.Company.Companies;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Doors.OAuth;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Settings;

/// <summary>What a person may choose for an app, and chose.</summary>
/// <param name="Nonce">The id of the form, the same each time it is sent.</param>
public sealed record ConsentForm(string Nonce, IReadOnlyList<string> Scopes, string Access, IReadOnlyList<string> Workspaces);

/// <summary>The page on which a person lets an app in, or not.</summary>
sealed class ConsentPages(OAuthClients clients, Grants grants, CompanyStore companies, AddressLimiter limiter)
{
    public const string Path = ConnectedAppEndpoints.Path + "/authorize";

    /// <summary>
    /// Where apps send people. The sign-in's cookie is not sent with a navigation that another site began, so this page only begins a new
    /// one, to the page that needs a sign-in.
    /// </summary>
    public async Task<IResult> BeginAsync(HttpContext http)
    {
        // Nobody is known yet, and the app's document may have to be fetched.
        if (http.ClientIp() is { } address && limiter.Take(address) is { IsOver: true } over)
        {
            return over.Refusal();
        }
        var (_, refusal) = await ReadAsync(http);
        return refusal is null
            ? PageContext.Of(http).Page<ReturnPage>(new() { [nameof(ReturnPage.Next)] = Path + http.Request.QueryString })
            : Refuse(http, refusal);
    }

    public async Task<IResult> AskAsync(HttpContext http)
    {
        var (request, refusal) = await ReadAsync(http);
        if (request is null)
        {
            return Refuse(http, refusal!);
        }
        if (Grants.Check(Person.Of(http).View) is { } forbidden)
        {
            return await RefuseAsync(http, forbidden);
        }
        return await AskAsync(
            http, request, new(Base32.NewName(), Offered(http, request), "all", []), new(StringComparer.Ordinal), null);
    }

    public async Task<IResult> AnswerAsync(HttpContext http)
    {
        var (request, refusal) = await ReadAsync(http);
        if (request is null)
        {
            return Refuse(http, refusal!);
        }
        var (person, cancel) = (Person.Of(http), http.RequestAborted);
        var sent = await http.Request.ReadFormAsync(cancel);
        if (sent["decision"] != "allow")
        {
            return Leave(http, request, request.Denied());
        }
        if (Grants.Check(person.View) is { } forbidden)
        {
            return await RefuseAsync(http, forbidden);
        }
        var offered = Offered(http, request);
        var form = new ConsentForm(
            sent["nonce"].ToString(), [.. offered.Intersect(sent["scopes"].OfType<string>())], sent["access"].ToString(),
            [.. sent["workspaces"].OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
        var open = await WorkspacesAsync(person, cancel);
        var chosen = open.Where(workspace => form.Workspaces.Contains(workspace.Id)).Select(workspace => workspace.Key).ToArray();
        Dictionary<string, string> errors = new(StringComparer.Ordinal);
        if (form.Access is not ("all" or "chosen"))
        {
            errors["access"] = "Choose which workspaces the app has access to.";
        }
        else if (form.Access is "chosen" && (chosen.Length == 0 || chosen.Length != form.Workspaces.Count))
        {
            errors["workspaces"] = "Choose at least one of the listed workspaces.";
        }
        if (form.Nonce.Length is 0 or > 64)
        {
            errors["nonce"] = "Reload the page and send the form again.";
        }
        if (errors.Count > 0)
        {
            return await AskAsync(http, request, form, errors, null, StatusCodes.Status400BadRequest);
        }
        // Whoever grants all single scopes grants all that there are.
        string[] scopes = [AppScopes.Read, .. form.Scopes,
            .. AppScopes.Single.Except(form.Scopes).Any() ? (string[])[] : [AppScopes.Write]];
        var content = string.Join('\n', [http.Request.QueryString.Value, .. scopes, form.Access, .. form.Workspaces]);
        var (code, problem) = await grants.BeginAsync(
            person.Company, new(request, scopes, form.Access is "all" ? null : chosen), person.From(http),
            FormOperation.Of(person, form.Nonce, content), cancel);
        if (problem is not null)
        {
            return await AskAsync(http, request, form, errors, problem, problem.Status());
        }
        await clients.KeepAsync(request.Client, cancel);
        return Leave(http, request, request.Granted(code!));
    }

    async Task<(AuthorizationRequest?, RefusedRequest?)> ReadAsync(HttpContext http) =>
        await AuthorizationRequest.ReadAsync(http.Request.Query, http.Origin(), clients, http.RequestAborted);

    async Task<IResult> AskAsync(
        HttpContext http, AuthorizationRequest request, ConsentForm form, Dictionary<string, string> errors, Problem? refusal,
        int status = StatusCodes.Status200OK)
    {
        Permit(http, request);
        return PageContext.Of(http).Page<ConsentPage>(new()
        {
            [nameof(ConsentPage.App)] = request.Client.Name,
            [nameof(ConsentPage.Host)] = request.Client.Host,
            [nameof(ConsentPage.Target)] = TargetOf(request),
            [nameof(ConsentPage.Query)] = http.Request.QueryString.Value ?? "",
            [nameof(ConsentPage.Offered)] = Offered(http, request),
            [nameof(ConsentPage.Workspaces)] = await WorkspacesAsync(Person.Of(http), http.RequestAborted),
            [nameof(ConsentPage.Form)] = form,
            [nameof(ConsentPage.Errors)] = errors,
            [nameof(ConsentPage.Refusal)] = refusal?.Message,
        }, status);
    }

    /// <summary>The scopes beside reading that the app asks for and that the person may use somewhere.</summary>
    static string[] Offered(HttpContext http, AuthorizationRequest request)
    {
        var user = Person.Of(http).User;
        var isAll = request.Scopes.Contains(AppScopes.Write);
        return [.. AppScopes.Single
            .Where(scope => (isAll || request.Scopes.Contains(scope)) && Enum.GetValues<Permission>()
                .Where(permission => AppScopes.Of(permission) == scope).All(permission =>
                    user.IsAdministrator || user.Workspaces.Values.Any(granted => granted.Contains(permission))))];
    }

    async Task<Workspace[]> WorkspacesAsync(Person person, CancellationToken cancel)
    {
        var (_, all) = await companies.ReadAsync(person.Company, cancel);
        return [.. all.Where(one => one.DeletedAt is null && person.User.May(Permission.VIEW, one.Key))
            .OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase)];
    }

    static IResult Refuse(HttpContext http, RefusedRequest refusal) =>
        refusal.Answer is { } answer ? Results.Redirect(answer) : PageContext.Of(http).Page<MessagePage>(new()
        {
            [nameof(MessagePage.Title)] = "This app cannot be connected",
            [nameof(MessagePage.Message)] = "The app sent a request that is not valid, so nothing was connected. " + refusal.Description,
            [nameof(MessagePage.RequestId)] = http.TraceIdentifier,
        }, StatusCodes.Status400BadRequest);

    async Task<IResult> RefuseAsync(HttpContext http, Problem problem) => PageContext.Of(http).Page<RefusedPage>(new()
    {
        [nameof(RefusedPage.Reason)] = problem.Message,
        [nameof(RefusedPage.Helpers)] = await SettingsSignIn.HelpersAsync(companies, Person.Of(http).Company, http.RequestAborted),
    }, StatusCodes.Status403Forbidden);

    /// <summary>Sends the browser to the app, also after a form.</summary>
    static IResult Leave(HttpContext http, AuthorizationRequest request, string answer)
    {
        Permit(http, request);
        return Results.Redirect(answer);
    }

    static void Permit(HttpContext http, AuthorizationRequest request) => http.Features.Set(new FormTarget(TargetOf(request)));

    /// <summary>The origin of the app's address, or the scheme of a program.</summary>
    static string TargetOf(AuthorizationRequest request)
    {
        var uri = new Uri(request.Redirect);
        return uri.Scheme is "https" or "http" ? uri.GetLeftPart(UriPartial.Authority) : uri.Scheme + ":";
    }
}
