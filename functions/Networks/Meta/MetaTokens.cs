using System.Globalization;
using System.Text.Json.Serialization;

namespace Planable.Networks.Meta;

/// <summary>
/// Grants of Instagram and Threads: a code is exchanged for a token of an hour, this for one of about 60 days, which renews itself once it
/// is a day old. A token that has ended cannot be renewed.
/// </summary>
/// <remarks>Source: developers.facebook.com, "Instagram platform: Business login", "Threads API: Long-lived tokens".</remarks>
/// <param name="name">The network's display name.</param>
/// <param name="prefix">Of the grant types: <c>ig</c> or <c>th</c>.</param>
sealed class MetaTokens(NetworkHttp http, string name, string prefix, TimeProvider time)
{
    /// <summary>
    /// How long before its end a token is renewed: the access ends with the token, so it is not left to the last minutes.
    /// </summary>
    static readonly TimeSpan Early = TimeSpan.FromDays(7);

    /// <param name="codes">Where codes are exchanged.</param>
    /// <param name="tokens">Where tokens are, without a slash at its end.</param>
    public async Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, string codes, string tokens, CancellationToken cancel)
    {
        var reply = await http.PostFormAsync(
            codes, null,
            [
                ("client_id", app.Id), ("client_secret", app.Secret), ("grant_type", "authorization_code"),
                // The browser may bring the code with the fragment that the networks append.
                ("redirect_uri", request.Redirect.AbsoluteUri), ("code", code.Replace("#_", "", StringComparison.Ordinal)),
            ], cancel);
        return !reply.IsSuccess || Token(reply) is not { } brief ? Failed(reply, null) : Grant(
            await http.GetAsync(tokens + "/access_token" + NetworkHttp.Query(
                ("grant_type", $"{prefix}_exchange_token"), ("client_secret", app.Secret), ("access_token", brief)), null, cancel), null);
    }

    public async Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkGrant grant, string tokens, CancellationToken cancel) => Grant(
        await http.GetAsync(tokens + "/refresh_access_token" + NetworkHttp.Query(
            ("grant_type", $"{prefix}_refresh_token"), ("access_token", grant.RefreshToken)), null, cancel), grant);

    NetworkResult<NetworkGrant> Grant(NetworkReply reply, NetworkGrant? old)
    {
        var tokens = reply.IsSuccess ? reply.Read(MetaTokenJson.Default.MetaToken) : null;
        if (tokens is { AccessToken: { Length: > 0 } access, ExpiresIn: > 0 and var seconds })
        {
            var end = time.GetUtcNow().AddSeconds(seconds);
            return NetworkResult<NetworkGrant>.Done((old ?? new(NetworkGrant.OfPerson, access)) with
            {
                AccessToken = access,
                RefreshToken = access,
                // Earlier than it ends, so that it is renewed in time; but not at once, because only a token of a day can be.
                ExpiresAt = end - Early > time.GetUtcNow().AddDays(1) ? end - Early : end,
                EndsAt = end,
            });
        }
        return Failed(reply, old);
    }

    NetworkResult<NetworkGrant> Failed(NetworkReply reply, NetworkGrant? old)
    {
        var failure = reply.Failure<NetworkResult<NetworkGrant>>(name);
        // A refusal that is not of the app, or of the moment, is of the token.
        return failure.Verdict is NetworkVerdict.Refused or NetworkVerdict.GrantExpired
            ? new(old is null ? NetworkVerdict.Refused : NetworkVerdict.GrantExpired,
                Message: old is null ? $"{name} did not accept the sign-in." : $"{name} no longer grants access to the page.")
            : failure;
    }

    /// <summary>The token of an hour. Instagram also answers with a list of one.</summary>
    static string? Token(NetworkReply reply) => reply.Read(MetaTokenJson.Default.MetaToken) is { } token
        ? token.AccessToken ?? token.Data?.FirstOrDefault()?.AccessToken : null;
}

sealed record MetaToken(string? AccessToken, double? ExpiresIn, MetaToken[]? Data)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"token for {ExpiresIn} seconds");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(MetaToken))]
sealed partial class MetaTokenJson : JsonSerializerContext;
