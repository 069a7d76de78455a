namespace Planable.Networks.TikTok;

/// <summary>
/// Signs people in at TikTok and renews grants. Apps for the web have no PKCE there. TikTok may replace the refresh token with a renewal.
/// </summary>
/// <remarks>Source: developers.tiktok.com, "Login Kit for Web", "Get a User Access Token", "Get User Info".</remarks>
sealed class TikTokSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time) : INetworkSignIn
{
    const string Scopes = "user.info.basic,user.info.profile,user.info.stats,video.list,video.publish";

    readonly NetworkAddresses _addresses = TikTokApi.Addresses(configuration);
    readonly OAuth _oauth = new(http, TikTokApi.Name, time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        _addresses.Of("SignIn", "https://www.tiktok.com") + "/v2/auth/authorize/" + NetworkHttp.Query(
            ("client_key", app.Id), ("scope", Scopes), ("response_type", "code"), ("redirect_uri", request.Redirect.AbsoluteUri),
            ("state", request.State)));

    public Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel) => TokenAsync(
            app, null,
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request.Redirect.AbsoluteUri)], cancel);

    public async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var reply = await http.GetAsync(
            _addresses.Url("/v2/user/info/") + NetworkHttp.Query(("fields", "open_id,display_name,username")), person.AccessToken, cancel);
        return reply.Data(TikTokJson.Default.TikTokReplyTikTokUserData)?.User is { OpenId: { Length: > 0 } id } user
            ? NetworkResult<OfferedAccount[]>.Done(
            [
                new(
                    user.DisplayName ?? user.Username ?? TikTokApi.Name,
                    user.Username is { } name ? "https://www.tiktok.com/@" + name : null,
                    person with { Account = id, Username = user.Username }),
            ])
            : reply.Failure<NetworkResult<OfferedAccount[]>>();
    }

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) => TokenAsync(
        app, grant, [("grant_type", "refresh_token"), ("refresh_token", grant.RefreshToken)], cancel);

    async Task<NetworkResult<NetworkGrant>> TokenAsync(
        NetworkApp app, NetworkGrant? old, (string, string?)[] fields, CancellationToken cancel)
    {
        var reply = await http.PostFormAsync(
            _addresses.Url("/v2/oauth/token/"), null, [("client_key", app.Id), ("client_secret", app.Secret), .. fields], cancel);
        // TikTok also refuses with the status 200.
        return _oauth.Grant(
            reply.IsSuccess && reply.Read(OAuthJson.Default.OAuthTokens)?.Error is "invalid_request" or "invalid_scope"
                ? reply with { Status = 400 } : reply,
            old);
    }
}
