using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Planable.Company.People;

namespace Planable.Company.SignIn;

/// <summary>People sign in through App Service Authentication. If it is off, nobody can sign in.</summary>
static class PersonAuthentication
{
    public const string Scheme = "person";

    public static IServiceCollection AddPlatformSignIn(this IServiceCollection services)
    {
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, PlatformAuthentication>(Scheme, null);
        return services;
    }
}

/// <summary>
/// App Service Authentication signs people in before we see the call, and names the account in a header. It removes that header from
/// incoming calls, but only if it is on; otherwise anybody can send it. Only the platform's own variable says whether it is on.
/// </summary>
/// <remarks>Source: learn.microsoft.com, "Work with user identities in Azure App Service authentication".</remarks>
sealed class PlatformAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder,
    IConfiguration configuration, AccountStore accounts,
    ISignInPages pages)
    : SignOutAuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    const string Header = "X-MS-CLIENT-PRINCIPAL";

    public static bool IsOn(IConfiguration configuration) =>
        string.Equals(configuration["WEBSITE_AUTH_ENABLED"], "True", StringComparison.OrdinalIgnoreCase);

    /// <summary>The account that the platform names; null if there is none, or if the header must not be trusted.</summary>
    public static Account? AccountOf(HttpRequest request, IConfiguration configuration, ISignInPages pages)
    {
        // The platform signs people in over https only; over http, the browser would not send the cookies back.
        if (!IsOn(configuration) || !request.IsHttps || !pages.Has(request) || request.Headers[Header] is not [{ Length: > 0 } header])
        {
            return null;
        }
        try
        {
            var claims = JsonSerializer.Deserialize(Convert.FromBase64String(header), PrincipalJson.Default.Principal)?.Claims ?? [];
            string? One(params string[] types) => Array.Find(claims, claim => types.Contains(claim?.Type))?.Value;
            return One("iss") is { } issuer
                && One("tid", "http://schemas.microsoft.com/identity/claims/tenantid") is { } tenant
                && One("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier") is { } id ? new(issuer, tenant, id) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        AccountOf(Request, configuration, pages) is not { } account ? AuthenticateResult.NoResult()
        : AuthenticateResult.Success(new(
            await accounts.UserOfAsync(account, Context.RequestAborted) is { } user
                ? Person.Principal(user.Company, user.User) : Person.Nobody(account),
            Scheme.Name));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (IsOn(configuration))
        {
            Response.Redirect("/.auth/login/aad?post_login_redirect_uri=" + Uri.EscapeDataString(Request.Path + Request.QueryString));
            return Task.CompletedTask;
        }
        return pages.SignInIsMissingAsync(Context);
    }

    protected override Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        Response.Redirect("/.auth/logout");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => pages.RefuseAsync(Context);
}

/// <summary>The pages that people sign in to.</summary>
interface ISignInPages
{
    /// <summary>Whether a call is for one of these pages. On all others, the sign-in header is ignored.</summary>
    bool Has(HttpRequest request);

    /// <summary>Answers a signed-in person who may not see the page.</summary>
    Task RefuseAsync(HttpContext http);

    /// <summary>Answers a call while App Service Authentication is off.</summary>
    Task SignInIsMissingAsync(HttpContext http);
}

sealed record Principal(Claim?[]? Claims);

sealed record Claim([property: JsonPropertyName("typ")] string Type, [property: JsonPropertyName("val")] string Value);

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(Principal))]
sealed partial class PrincipalJson : JsonSerializerContext;
