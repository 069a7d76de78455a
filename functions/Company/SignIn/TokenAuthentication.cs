using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Planable.Company.Companies;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Platform.Http;

namespace Planable.Company.SignIn;

/// <summary>
/// <c>Authorization: Bearer pln_…</c>. Every call reads the token's row, so that revoking a token works at once on every instance; the row
/// that the path names is read in parallel only if this instance expects the call to be allowed. A call without a valid token counts
/// against its IP address; beyond the address's limit it is refused without a read. A call with a valid token counts against the token
/// before anything else is checked.
/// </summary>
sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder,
    TokenStore tokens, CompanyDirectory directory,
    TokenLimiter limiter, AddressLimiter addresses, UsageCounter usage, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "token";
    const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var (hash, address, begun) = (Hash(), Context.ClientIp(), time.GetUtcNow());
        // A token that was recently valid here is not slowed down by other callers at its address. Nor is anybody if callers' addresses are
        // unknown.
        var isTrusted = hash is not null && (address is null || limiter.Knows(hash));
        var taken = isTrusted ? null : addresses.Take(address);
        if (taken is { IsOver: true } || hash is null)
        {
            return Refuse(taken!);
        }
        var prefetch = Context.GetEndpoint()?.Metadata.GetMetadata<PrefetchMetadata>();
        prefetch?.Prepare(Context, prefetch.Workspace(Context) is { } workspace && await IsExpectedAsync(hash, workspace));
        if (await FindAsync(hash) is not { } known || await limiter.TakeAsync(known, IsRead, Context.RequestAborted) is not { } limit)
        {
            limiter.Forget(hash);
            return Refuse(taken ?? addresses.Take(address));
        }
        if (taken is not null)
        {
            addresses.GiveBack(address, begun);
        }
        // If the call fails, the exception handler removes its endpoint, so read the tag now.
        var group = Context.GetEndpoint()?.Metadata.GetMetadata<ITagsMetadata>()?.Tags[0] ?? "";
        Response.OnCompleted(() =>
        {
            usage.Count(known.Token, group, Response.StatusCode);
            return Task.CompletedTask;
        });
        return limit.IsOver ? Refuse(limit) : await EnterAsync(known, limit);

        async Task<KnownToken?> FindAsync(string hash)
        {
            try
            {
                return await tokens.FindAsync(hash, Context.RequestAborted) is { } found
                    && (found.Token.App is not { } app || app.Resource == Context.Features.Get<Audience>()?.Resource) ? found : null;
            }
            catch when (taken is not null)
            {
                addresses.GiveBack(address, begun);
                throw;
            }
        }
    }

    /// <summary>
    /// Whether the call will probably be allowed to view the workspace: this instance knows the token and its creator, and the token is
    /// under its limit.
    /// </summary>
    async ValueTask<bool> IsExpectedAsync(string hash, string workspace)
    {
        if (limiter.Passes(hash, IsRead) is not { } token || token.IsExpired(time.GetUtcNow())
            || !workspace.StartsWith(token.Company, StringComparison.Ordinal) || !token.Opens(workspace)
            || (await directory.RecallAsync(token.Company, token.Creator))?.User is not { } user || !user.May(Permission.VIEW, workspace))
        {
            return false;
        }
        Context.Features.Set(new ExpectedCreator(user));
        return true;
    }

    bool IsRead => HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method);

    /// <summary>The hash of the token that was sent; null if the header has no well-formed token.</summary>
    string? Hash() =>
        Request.Headers.Authorization.ToString() is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && header[Bearer.Length..].Trim() is var text && TokenText.IsWellFormed(text) ? TokenText.Hash(text) : null;

    AuthenticateResult Refuse(RateLimit limit)
    {
        Context.Features.Set(limit);
        return AuthenticateResult.Fail("no good token, or too many calls");
    }

    async Task<AuthenticateResult> EnterAsync(KnownToken known, RateLimit limit)
    {
        Context.Features.Set(limit);
        if (tokens.ShouldRecordUse(known))
        {
            Response.OnCompleted(() => tokens.RecordUseAsync(known));
        }
        var token = known.Token;
        Context.Features.Set(new Caller(
            token, await directory.FindAsync(token.Company, token.Creator, Context.RequestAborted), directory, Context.Origin())
        {
            IsDraftsOnly = Context.Features.Get<Audience>() is { IsDraftsOnly: true },
        });
        return AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(Name)), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.Features.Get<RateLimit>() is { IsOver: true } over)
        {
            return over.Refusal().ExecuteAsync(Context);
        }
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return ProblemResponses.ForStatus(401).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Context.Caller().CheckMethod(Request.Method)!.ExecuteAsync(Context);
}

static class TokenAuthenticationExtensions
{
    /// <summary>
    /// Under this policy a caller has a valid token, whose scope allows the method, and whose creator is still in the company.
    /// </summary>
    public static IServiceCollection AddTokenAuthentication(this IServiceCollection services)
    {
        // There is no default scheme: a call is authenticated only by the scheme of its policy.
        new AuthenticationBuilder(services.AddWebEncoders().AddAuthenticationCore())
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        services.AddAuthorizationBuilder().AddPolicy(TokenAuthentication.Name, policy => policy
            .AddAuthenticationSchemes(TokenAuthentication.Name)
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.Resource is HttpContext http
                && http.Features.Get<Caller>() is { } caller && caller.CheckMethod(http.Request.Method) is null));
        return services;
    }
}
