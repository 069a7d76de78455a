using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Planable.Companies;
using Planable.Http;
using Planable.Storage;

namespace Planable.Tokens;

/// <summary>
/// <c>Authorization: Bearer pln_…</c>. Every call reads the token's row, so that revoking works at once on every instance; the row which the path
/// names is read beside it.
/// </summary>
sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, TokenStore tokens, CompanyDirectory directory)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "token";
    const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.ToString() is not { } header || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }
        var text = header[Bearer.Length..].Trim();
        if (!TokenText.IsWellFormed(text))
        {
            return AuthenticateResult.Fail("malformed");
        }
        Context.GetEndpoint()?.Metadata.GetMetadata<ReadAheadMetadata>()?.Begin(Context);
        if (await tokens.FindAsync(text, Context.RequestAborted) is not { Token: var token } known)
        {
            return AuthenticateResult.Fail("unknown or expired");
        }
        if (tokens.TakesUse(known))
        {
            Response.OnCompleted(() => tokens.NoteUseAsync(known));
        }
        Context.Features.Set(new Caller(token, await directory.FindAsync(token.Company, token.Creator, Context.RequestAborted), directory, Context.Origin()));
        return AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(Name)), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Problems.ForStatus(401).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Context.Caller().WhyNot(Request.Method)!.ExecuteAsync(Context);
}

static class TokenAuthenticationExtensions
{
    /// <summary>Whoever calls under this policy has a good token whose scope suits the method and whose creator is still with the company.</summary>
    public static IServiceCollection AddTokenAuthentication(this IServiceCollection services)
    {
        // No scheme is everybody's: a call is authenticated as its policy says, or not at all.
        new AuthenticationBuilder(services.AddWebEncoders().AddAuthenticationCore())
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        services.AddAuthorizationBuilder().AddPolicy(TokenAuthentication.Name, policy => policy
            .AddAuthenticationSchemes(TokenAuthentication.Name)
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.Resource is HttpContext http
                && http.Features.Get<Caller>() is { } caller && caller.WhyNot(http.Request.Method) is null));
        return services.AddSingleton<TokenStore>().AddSingleton<CompanyTokens>()
            .AddKeyedSingleton<IFollowUp>(CompanyTokens.Kind, (provider, _) => provider.GetRequiredService<CompanyTokens>());
    }
}
