using Microsoft.AspNetCore.Authentication;
using Planable.Company.People;
using Planable.Company.SignIn;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Settings;

/// <summary>Sign-out, and accepting an invitation, which binds an account to a user.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder settings)
    {
        settings.MapPost("/sign-out", http => http.SignOutAsync(PersonAuthentication.Scheme)).AllowAnonymous();
        settings.MapGet(
            "/invitation", SettingsEndpoints.Page<SignInPages>((pages, http) => Task.FromResult(pages.Invitation(http)))).AllowAnonymous();
        settings.MapPost("/invitation", SettingsEndpoints.Page<SignInPages>((pages, http) => pages.AcceptAsync(http))).AllowAnonymous();
    }
}

sealed class SignInPages(IConfiguration configuration, AccountStore accounts, ISignInPages pages)
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
        var (_, problem) = await accounts.AcceptAsync(account, form["code"].ToString(), http.RequestAborted);
        return problem is not null ? problem.ToResult() : Results.Redirect(SettingsEndpoints.Root + "/integrations");
    }
}
