using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Doors.OAuth;

/// <summary>
/// What apps call: tokens, revocation, registration, and the documents by which they find these. People consent at
/// <see cref="Authorize"/>, a page of the settings.
/// </summary>
/// <remarks>Sources: OAuth 2.1 (draft-ietf-oauth-v2-1), RFC 7009, RFC 7591, RFC 8414, RFC 9728.</remarks>
static class OAuthEndpoints
{
    public const string Root = "/oauth", Authorize = Root + "/authorize", Token = Root + "/token", Revoke = Root + "/revoke",
        Register = Root + "/register", WellKnown = "/.well-known";

    static readonly string[] Get = [HttpMethods.Get, HttpMethods.Head], Post = [HttpMethods.Post];

    /// <summary>Maps the endpoints. The handlers have no bound parameters, so that nothing must be compiled for them at startup.</summary>
    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        all.MapMethods(Token, Post, Limited(TokenAsync));
        all.MapMethods(Revoke, Post, Limited(RevokeAsync));
        all.MapMethods(Register, Post, Limited(RegisterAsync));
        all.MapMethods(WellKnown + "/oauth-authorization-server", Get, http =>
            DescribeAsync(http, new ServerMetadata(http.Origin()), OAuthApiJson.Default.ServerMetadata));
        all.MapMethods(WellKnown + "/oauth-protected-resource", Get, ResourceAsync);
        all.MapMethods(WellKnown + "/oauth-protected-resource" + Audience.AssistantsPath, Get, ResourceAsync);
    }

    /// <summary>Counts a call against its address; one that succeeds is given back.</summary>
    static RequestDelegate Limited(Func<HttpContext, IServiceProvider, Task<bool>> handle) => async http =>
    {
        var (limiter, address) = (http.RequestServices.GetRequiredService<AddressLimiter>(), http.ClientIp());
        var begun = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.Headers.CacheControl = "no-store";
        if (limiter.Take(address) is { IsOver: true } over && address is not null)
        {
            http.Features.Set(over);
            await RefuseAsync(
                http, new(OAuthErrors.TemporarilyUnavailable, "There were too many calls from this address."),
                StatusCodes.Status429TooManyRequests);
        }
        else if (await handle(http, http.RequestServices))
        {
            limiter.GiveBack(address, begun);
        }
    };

    static async Task<bool> TokenAsync(HttpContext http, IServiceProvider services)
    {
        var (form, refusal) = await FormAsync(http);
        if (form is null)
        {
            return await RefuseAsync(http, refusal!);
        }
        var (tokens, cancel) = (services.GetRequiredService<GrantTokens>(), http.RequestAborted);
        var wanted = form("grant_type");
        string[] needed = wanted switch
        {
            "authorization_code" => ["client_id", "code", "redirect_uri", "code_verifier"],
            "refresh_token" => ["client_id", "refresh_token"],
            _ => ["grant_type"],
        };
        if (Array.Find(needed, name => form(name) is null) is { } missing)
        {
            return await RefuseAsync(http, new(OAuthErrors.InvalidRequest, $"{missing} is required."));
        }
        if (wanted is not ("authorization_code" or "refresh_token"))
        {
            return await RefuseAsync(
                http, new(OAuthErrors.UnsupportedGrantType, "grant_type must be authorization_code or refresh_token."));
        }
        var clients = services.GetRequiredService<OAuthClients>();
        // Only who registered can be unknown; a document's host may be away for a while.
        if (!OAuthClient.IsDocument(form("client_id")!) && (await clients.FindAsync(form("client_id")!, cancel)).Fault is { } unknown)
        {
            return await RefuseAsync(http, new(OAuthErrors.InvalidClient, unknown), StatusCodes.Status401Unauthorized);
        }
        var outcome = wanted is "refresh_token"
            ? await tokens.RefreshAsync(form("refresh_token")!, form("client_id")!, form("resource"), form("scope"), cancel)
            : await tokens.RedeemAsync(
                form("code")!, form("client_id")!, form("redirect_uri")!, form("code_verifier")!, form("resource"), cancel);
        return outcome.Refusal is { } why ? await RefuseAsync(http, why)
            : await AnswerAsync(http, outcome.Issued!, OAuthApiJson.Default.IssuedTokens, StatusCodes.Status200OK);
    }

    static async Task<bool> RevokeAsync(HttpContext http, IServiceProvider services)
    {
        var (form, refusal) = await FormAsync(http);
        if (form is null || form("token") is not { } token)
        {
            return await RefuseAsync(http, refusal ?? new(OAuthErrors.InvalidRequest, "token is required."));
        }
        // An unknown token is as good as revoked.
        await services.GetRequiredService<GrantTokens>().RevokeAsync(token, form("client_id"), http.RequestAborted);
        return true;
    }

    static async Task<bool> RegisterAsync(HttpContext http, IServiceProvider services)
    {
        ClientMetadata? wanted;
        try
        {
            wanted = http.Request.HasJsonContentType()
                ? await http.Request.ReadFromJsonAsync(OAuthApiJson.Default.ClientMetadata, http.RequestAborted) : null;
        }
        catch (JsonException)
        {
            wanted = null;
        }
        if (wanted is null)
        {
            return await RefuseAsync(http, new(OAuthErrors.InvalidClientMetadata, "Send the client's metadata as a JSON object."));
        }
        if (wanted.Fault() is { } fault)
        {
            return await RefuseAsync(http, fault);
        }
        var client = await services.GetRequiredService<OAuthClients>()
            .RegisterAsync(wanted.Name, wanted.RedirectUris!, http.RequestAborted);
        await AnswerAsync(
            http, new RegistrationResponse(client.Id, client.CreatedAt.ToUnixTimeSeconds(), client.Name, client.Redirects),
            OAuthApiJson.Default.RegistrationResponse, StatusCodes.Status201Created);
        // Each leaves a row, so it counts.
        return false;
    }

    static Task ResourceAsync(HttpContext http) => DescribeAsync(
        http, new ResourceMetadata(http.Origin() + Audience.AssistantsPath, [http.Origin()]), OAuthApiJson.Default.ResourceMetadata);

    static Task DescribeAsync<T>(HttpContext http, T document, JsonTypeInfo<T> type)
    {
        // The documents are the same for everybody. Pages of other origins, such as tools in a browser, may read them.
        http.Response.Headers.CacheControl = "public, max-age=300";
        http.Response.Headers[HeaderNames.AccessControlAllowOrigin] = "*";
        return http.Response.WriteAsJsonAsync(document, type, cancellationToken: http.RequestAborted);
    }

    /// <summary>The form's fields, none of them sent twice; empty ones count as missing.</summary>
    static async Task<(Func<string, string?>? Form, OAuthRefusal? Refusal)> FormAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return (null, new(OAuthErrors.InvalidRequest, "Send a form (application/x-www-form-urlencoded)."));
        }
        try
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return form.FirstOrDefault(field => field.Value.Count > 1).Key is { } repeated
                ? (null, new(OAuthErrors.InvalidRequest, $"{repeated} was sent more than once."))
                : (name => form[name].ToString() is { Length: > 0 } value ? value : null, null);
        }
        catch (InvalidDataException)
        {
            return (null, new(OAuthErrors.InvalidRequest, "The form cannot be read."));
        }
    }

    static async Task<bool> RefuseAsync(HttpContext http, OAuthRefusal refusal, int status = StatusCodes.Status400BadRequest)
    {
        await AnswerAsync(http, new ErrorAnswer(refusal.Error, refusal.Description), OAuthApiJson.Default.ErrorAnswer, status);
        return false;
    }

    static async Task<bool> AnswerAsync<T>(HttpContext http, T answer, JsonTypeInfo<T> type, int status)
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(answer, type, cancellationToken: http.RequestAborted);
        return true;
    }
}

static class OAuthServices
{
    public static IServiceCollection AddOAuth(this IServiceCollection services) => services
        .AddSingleton<GrantKey>().AddSingleton<GrantTexts>().AddSingleton<GrantTokens>().AddSingleton<OAuthClients>()
        .AddSingleton<Grants>().AddEventHandler<Grants>(Grants.Ended);
}
