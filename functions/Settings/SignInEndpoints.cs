using Microsoft.AspNetCore.Authentication;
using Planable.Companies;
using Planable.Http;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>Signing in: in Development by picking somebody; elsewhere an account becomes a user by accepting an invitation.</summary>
static class SignInEndpoints
{
    const int MostShown = 100;

    public static void MapSignIn(this IEndpointRouteBuilder settings)
    {
        settings.MapGet("/sign-in", ShowUsers).AllowAnonymous();
        settings.MapPost("/sign-in", PickAsync).AllowAnonymous();
    }

    public static void MapInvitations(this IEndpointRouteBuilder settings)
    {
        settings.MapGet("/invitation", ShowInvitation).AllowAnonymous();
        settings.MapPost("/invitation", AcceptAsync).AllowAnonymous();
    }

    static async Task<IResult> ShowUsers(
        string? @return, string? company, HttpContext http, Tables tables, CompanyStore companies, CancellationToken cancel)
    {
        List<(string Company, User User)> users = [];
        if (IdKind.Company.TryParse(company, out var id))
        {
            users.AddRange((await companies.UsersAsync(id.Place, cancel)).Select(user => (id.Place, user)));
        }
        else
        {
            await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyStore.UserPrefix, null, cancel))
            {
                users.Add((row.PartitionKey, row.Read(StoredJson.Default.User)));
                if (users.Count == MostShown)
                {
                    break;
                }
            }
        }
        return PageContext.Of(http).Page<SignInPage>(new() { [nameof(SignInPage.Users)] = users, [nameof(SignInPage.Return)] = Local(@return) });
    }

    static async Task<IResult> PickAsync(HttpContext http, CompanyDirectory directory, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        if (!IdKind.User.TryParse(form["user"], out var id) || await directory.FindAsync(id.Place, id.Own, cancel) is not { User: not null })
        {
            return Problems.NotFound("user");
        }
        await http.SignInAsync(SignIn.Scheme, Person.Principal(id.Place, id.Own));
        return Results.LocalRedirect(Local(form["return"]));
    }

    static IResult ShowInvitation(string? code, HttpContext http, IConfiguration configuration) =>
        PlatformAuthentication.AccountOf(http.Request, configuration) is null ? Problems.NotFound("invitation")
        : PageContext.Of(http).Page<InvitationPage>(new() { [nameof(InvitationPage.Code)] = code ?? "" });

    static async Task<IResult> AcceptAsync(HttpContext http, IConfiguration configuration, People people, CancellationToken cancel)
    {
        if (PlatformAuthentication.AccountOf(http.Request, configuration) is not { } account)
        {
            return Problems.NotFound("invitation");
        }
        var form = await http.Request.ReadFormAsync(cancel);
        var (_, problem) = await people.AcceptAsync(account, form["code"].ToString(), cancel);
        return problem is not null ? problem : Results.Redirect(SettingsEndpoints.Root + "/integrations");
    }

    /// <summary>A path of ours, and nobody else's, to go on to.</summary>
    static string Local(string? path) =>
        path is not null && path.StartsWith(SettingsEndpoints.Root + "/", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal)
            ? path : SettingsEndpoints.Root + "/integrations";
}
