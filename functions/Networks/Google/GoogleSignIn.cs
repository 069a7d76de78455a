namespace Planable.Networks.Google;

/// <summary>
/// Signs people in with their Google account and renews grants. The refresh token stays the same; Google gives it only if the person is
/// asked for consent.
/// </summary>
/// <remarks>Source: developers.google.com/identity/protocols/oauth2/web-server.</remarks>
/// <param name="name">The network's display name.</param>
/// <param name="scopes">What the person is asked for, separated by spaces.</param>
abstract class GoogleSignIn(NetworkHttp http, NetworkAddresses addresses, TimeProvider time, string name, string scopes) : INetworkSignIn
{
    readonly OAuth _oauth = new(http, name, time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        addresses.Of("SignIn", "https://accounts.google.com") + "/o/oauth2/v2/auth" + NetworkHttp.Query(
            ("response_type", "code"), ("client_id", app.Id), ("redirect_uri", request.Redirect.AbsoluteUri), ("scope", scopes),
            ("state", request.State), ("code_challenge", request.Challenge), ("code_challenge_method", "S256"),
            ("access_type", "offline"), ("prompt", "consent"), ("include_granted_scopes", "true")));

    public Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel) => TokenAsync(
            app, null,
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request.Redirect.AbsoluteUri),
                ("code_verifier", request.Verifier),
            ], cancel);

    public abstract Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel);

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) =>
        TokenAsync(app, grant, [("grant_type", "refresh_token"), ("refresh_token", grant.RefreshToken)], cancel);

    Task<NetworkResult<NetworkGrant>> TokenAsync(
        NetworkApp app, NetworkGrant? old, (string, string?)[] fields, CancellationToken cancel) => _oauth.TokenAsync(
            addresses.Of("Token", "https://oauth2.googleapis.com") + "/token", null, old,
            [.. fields, ("client_id", app.Id), ("client_secret", app.Secret)], cancel);
}
