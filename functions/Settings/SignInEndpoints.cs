using System.Net;
using Microsoft.AspNetCore.Authentication;
using Planable.Companies;
using Planable.Http;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>Signing in: in Development by picking somebody; elsewhere an account becomes a user by accepting an invitation.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder settings)
    {
        if (settings.ServiceProvider.GetRequiredService<SignInPages>().IsByChoice)
        {
            settings.MapGet("/sign-in", SettingsEndpoints.Page<SignInPages>((pages, http) => pages.UsersAsync(http))).AllowAnonymous();
            settings.MapPost("/sign-in", SettingsEndpoints.Page<SignInPages>((pages, http) => pages.PickAsync(http))).AllowAnonymous();
        }
        settings.MapPost("/sign-out", SettingsEndpoints.Page<SignInPages>((pages, http) => pages.SignOutAsync(http))).AllowAnonymous();
        settings.MapGet("/invitation", SettingsEndpoints.Page<SignInPages>((pages, http) => Task.FromResult(pages.Invitation(http)))).AllowAnonymous();
        settings.MapPost("/invitation", SettingsEndpoints.Page<SignInPages>((pages, http) => pages.AcceptAsync(http))).AllowAnonymous();
    }
}

sealed class SignInPages(
    IHostEnvironment environment, IConfiguration configuration, Tables tables, CompanyStore companies, CompanyDirectory directory, People people)
{
    const int MostShown = 100;

    public bool IsByChoice => SignIn.IsByChoice(environment, configuration);

    public async Task<IResult> UsersAsync(HttpContext http)
    {
        List<(string Company, User User)> users = [];
        if (IdKind.Company.TryParse(http.Request.Query["company"], out var id))
        {
            users.AddRange((await companies.UsersAsync(id.Place, http.RequestAborted)).Select(user => (id.Place, user)));
        }
        else
        {
            await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyStore.UserPrefix, null, http.RequestAborted))
            {
                users.Add((row.PartitionKey, row.Read(StoredJson.Default.User)));
                if (users.Count == MostShown)
                {
                    break;
                }
            }
        }
        return PageContext.Of(http).Page<SignInPage>(new()
        {
            [nameof(SignInPage.Users)] = users,
            [nameof(SignInPage.Return)] = Local(http.Request.Query["return"]),
        });
    }

    public async Task<IResult> PickAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // A developer may listen to the whole network; being whoever one likes is for this machine.
        if (http.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            return Problems.Forbidden("Only from the machine itself can one pick who to be.");
        }
        if (!IdKind.User.TryParse(form["user"], out var id) || await directory.FindAsync(id.Place, id.Own, http.RequestAborted) is not { User: not null })
        {
            return Problems.NotFound("user");
        }
        await http.SignInAsync(SignIn.Scheme, Person.Principal(id.Place, id.Own));
        return Results.LocalRedirect(Local(form["return"]));
    }

    public async Task<IResult> SignOutAsync(HttpContext http)
    {
        if (!IsByChoice)
        {
            return Results.Redirect("/.auth/logout");
        }
        await http.SignOutAsync(SignIn.Scheme);
        return Results.Redirect(SignIn.Path);
    }

    public IResult Invitation(HttpContext http) =>
        PlatformAuthentication.AccountOf(http.Request, configuration) is null ? Problems.NotFound("invitation")
        : PageContext.Of(http).Page<InvitationPage>(new() { [nameof(InvitationPage.Code)] = http.Request.Query["code"].ToString() });

    public async Task<IResult> AcceptAsync(HttpContext http)
    {
        if (PlatformAuthentication.AccountOf(http.Request, configuration) is not { } account)
        {
            return Problems.NotFound("invitation");
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (_, problem) = await people.AcceptAsync(account, form["code"].ToString(), http.RequestAborted);
        return problem is not null ? problem : Results.Redirect(SettingsEndpoints.Root + "/integrations");
    }

    /// <summary>A path of ours, and nobody else's, to go on to.</summary>
    static string Local(string? path) =>
        path is not null && path.StartsWith(SettingsEndpoints.Root + "/", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal)
            ? path : SettingsEndpoints.Root + "/integrations";
}
