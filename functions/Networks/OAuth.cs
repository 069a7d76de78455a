using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Serialization;

namespace Planable.Networks;

/// <summary>The token endpoint of OAuth 2, as most networks have it.</summary>
/// <remarks>Source: RFC 6749, sections 4.1.3, 5 and 6.</remarks>
/// <param name="network">The network's display name.</param>
sealed class OAuth(NetworkHttp http, string network, TimeProvider time)
{
    /// <summary>Exchanges a code or a refresh token for a grant.</summary>
    /// <param name="basic">The app, if the network wants it in a header; null if it is among the fields.</param>
    /// <param name="old">The grant that is renewed; null for a new one.</param>
    public async Task<NetworkResult<NetworkGrant>> TokenAsync(
        string url, NetworkApp? basic, NetworkGrant? old, IEnumerable<(string, string?)> fields, CancellationToken cancel)
    {
        var request = NetworkHttp.Request(HttpMethod.Post, url, null, NetworkHttp.Form(fields));
        if (basic is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
                    $"{Uri.EscapeDataString(basic.Id)}:{Uri.EscapeDataString(basic.Secret)}")));
        }
        return Grant(await http.SendAsync(request, cancel), old);
    }

    /// <summary>A token endpoint's answer as a grant. What it leaves out is as in the old one.</summary>
    public NetworkResult<NetworkGrant> Grant(NetworkReply reply, NetworkGrant? old)
    {
        var tokens = reply.Read(OAuthJson.Default.OAuthTokens);
        if (reply.IsSuccess && tokens is { AccessToken: { Length: > 0 } access })
        {
            var now = time.GetUtcNow();
            return NetworkResult<NetworkGrant>.Done((old ?? new(NetworkGrant.OfPerson, access)) with
            {
                AccessToken = access,
                ExpiresAt = tokens.ExpiresIn is { } seconds ? now.AddSeconds(seconds) : null,
                RefreshToken = tokens.RefreshToken ?? old?.RefreshToken,
                EndsAt = (tokens.RefreshTokenExpiresIn ?? tokens.RefreshExpiresIn) is { } last ? now.AddSeconds(last) : old?.EndsAt,
            });
        }
        // The other errors are about the operator's app or a fault of ours: a new sign-in would not help.
        return tokens?.Error is "invalid_grant"
            ? new(NetworkVerdict.GrantExpired, Message: $"{network} no longer grants access to the page.")
            : tokens?.Error is "invalid_client" or "unauthorized_client"
                ? new(NetworkVerdict.NotNow, Message: $"{network} does not accept the id and secret of the app.")
            : reply.Verdict() is NetworkVerdict.GrantExpired or NetworkVerdict.Refused
                ? new(old is null ? NetworkVerdict.Refused : NetworkVerdict.GrantExpired, Message: $"{network} did not accept the sign-in.")
            : reply.Failed<NetworkGrant>(network);
    }
}

/// <summary>A token endpoint's answer. TikTok calls the end of the refresh token <c>refresh_expires_in</c>.</summary>
sealed record OAuthTokens(
    string? AccessToken, double? ExpiresIn, string? RefreshToken, double? RefreshTokenExpiresIn, double? RefreshExpiresIn, string? Scope,
    string? Error)
{
    public override string ToString() => "tokens";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(OAuthTokens))]
sealed partial class OAuthJson : JsonSerializerContext;
