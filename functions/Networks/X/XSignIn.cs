namespace Planable.Networks.X;

/// <summary>Signs people in at X and renews grants. X replaces the refresh token with each renewal.</summary>
/// <remarks>Source: docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE".</remarks>
sealed class XSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time) : INetworkSignIn
{
    const string Scopes = "tweet.read tweet.write users.read media.write offline.access";

    readonly NetworkAddresses _addresses = XApi.Addresses(configuration);
    readonly OAuth _oauth = new(http, XApi.Name, time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        _addresses.Of("SignIn", "https://x.com") + "/i/oauth2/authorize" + NetworkHttp.Query(
            ("response_type", "code"), ("client_id", app.Id), ("redirect_uri", request.Redirect.AbsoluteUri), ("scope", Scopes),
            ("state", request.State), ("code_challenge", request.Challenge), ("code_challenge_method", "S256")));

    public Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel) => _oauth.TokenAsync(
            _addresses.Url("/2/oauth2/token"), app, null,
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request.Redirect.AbsoluteUri),
                ("code_verifier", request.Verifier),
            ], cancel);

    public async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var reply = await http.GetAsync(_addresses.Url("/2/users/me"), person.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(XJson.Default.XDataXUser)?.Data is { Id: { } id, Username: { } name } user
            ? NetworkResult<OfferedAccount[]>.Done(
                [new(user.Name ?? name, "https://x.com/" + name, person with { Account = id, Username = name })])
            : reply.Failure<NetworkResult<OfferedAccount[]>>();
    }

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) => _oauth.TokenAsync(
        _addresses.Url("/2/oauth2/token"), app, grant,
        [("grant_type", "refresh_token"), ("refresh_token", grant.RefreshToken)], cancel);
}
