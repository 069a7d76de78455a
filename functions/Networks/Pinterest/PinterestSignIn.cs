namespace Planable.Networks.Pinterest;

/// <summary>
/// Signs people in at Pinterest and renews grants. Pinterest has no PKCE. It replaces the refresh token with each renewal.
/// </summary>
/// <remarks>Source: github.com/pinterest/api-description, v5/openapi.yaml (5.23.0), "oauth/token", "user_account/get".</remarks>
sealed class PinterestSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time) : INetworkSignIn
{
    const string Scopes = "user_accounts:read,boards:read,boards:write,pins:read,pins:write";

    readonly NetworkAddresses _addresses = PinterestApi.Addresses(configuration);
    readonly OAuth _oauth = new(http, PinterestApi.Name, time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        _addresses.Of("SignIn", "https://www.pinterest.com") + "/oauth/" + NetworkHttp.Query(
            ("client_id", app.Id), ("redirect_uri", request.Redirect.AbsoluteUri), ("response_type", "code"), ("scope", Scopes),
            ("state", request.State)));

    public Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel) => _oauth.TokenAsync(
            _addresses.Url("/oauth/token"), app, null,
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request.Redirect.AbsoluteUri),
                // Apps made before September 2025 otherwise get a refresh token that cannot be renewed.
                ("continuous_refresh", "true"),
            ], cancel);

    public async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var reply = await http.GetAsync(_addresses.Url("/user_account"), person.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(PinterestJson.Default.PinterestAccount) is { Username: { Length: > 0 } name } account
            ? NetworkResult<OfferedAccount[]>.Done(
            [
                new(
                    account.BusinessName is { Length: > 0 } business ? business : name, $"https://www.pinterest.com/{name}/",
                    person with { Account = account.Id ?? name, Username = name }),
            ])
            : reply.Failure<NetworkResult<OfferedAccount[]>>();
    }

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) => _oauth.TokenAsync(
        _addresses.Url("/oauth/token"), app, grant,
        [("grant_type", "refresh_token"), ("refresh_token", grant.RefreshToken)], cancel);
}
