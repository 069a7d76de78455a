using Microsoft.AspNetCore.Authentication;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Company.SignIn;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Settings;

/// <summary>Sign-out, and accepting an invitation, which binds an account to a user.</summary>
static class SignInEndpoints
{
    /// <summary>Where a person accepts the invitation with this code.</summary>
    public static string InvitationPath(string code) => $"{SettingsEndpoints.Root}/invitation?code={code}";

    public static void MapSignIn(this IEndpointRouteBuilder settings)
    {
        settings.MapPost("/sign-out", http => http.SignOutAsync(PersonAuthentication.Scheme)).AllowAnonymous();
        settings.MapGet(
            "/invitation", SettingsEndpoints.Page<SignInPages>((pages, http) => Task.FromResult(pages.Invitation(http)))).AllowAnonymous();
        settings.MapPost("/invitation", SettingsEndpoints.Page<SignInPages>((pages, http) => pages.AcceptAsync(http))).AllowAnonymous();
    }
}

sealed class SignInPages(IConfiguration configuration, AccountStore accounts, CompanyDirectory directory, ISignInPages pages)
{
    public IResult Invitation(HttpContext http) =>
        PlatformAuthentication.AccountOf(http.Request, configuration, pages) is null ? Problems.NotFound("invitation").ToResult()
        : PageContext.Of(http).Page<InvitationPage>(new() { [nameof(InvitationPage.Code)] = http.Request.Query["code"].ToString() });

    public async Task<IResult> AcceptAsync(HttpContext http)
    {
        if (PlatformAuthentication.AccountOf(http.Request, configuration, pages) is not { } account)
        {
            return Problems.NotFound("invitation").ToResult();
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (accepted, problem) = await accounts.AcceptAsync(account, form["code"].ToString(), http.RequestAborted);
        if (problem is not null)
        {
            return problem.ToResult();
        }
        var view = await directory.FindAsync(accepted!.Company, accepted.User, http.RequestAborted);
        return Results.Redirect(view?.User is { IsAdministrator: true } ? SettingsEndpoints.Root + "/integrations" : ReviewEndpoints.Path);
    }
}
