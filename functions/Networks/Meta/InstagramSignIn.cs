namespace Planable.Networks.Meta;

/// <summary>Signs people in at Instagram. One professional account signs in at a time.</summary>
/// <remarks>Source: developers.facebook.com, "Instagram platform: Business login for Instagram".</remarks>
// Instagram's own login, not Facebook's: each of its steps was seen in two sources, it has the same figures, and it needs no Facebook page.
sealed class InstagramSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time) : INetworkSignIn
{
    const string Scopes = "instagram_business_basic,instagram_business_content_publish,instagram_business_manage_comments,"
        + "instagram_business_manage_insights";

    readonly NetworkAddresses _addresses = InstagramApi.Addresses(configuration);
    readonly MetaTokens _tokens = new(http, InstagramApi.Name, "ig", time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        _addresses.Of("SignIn", "https://www.instagram.com") + "/oauth/authorize" + NetworkHttp.Query(
            ("client_id", app.Id), ("redirect_uri", request.Redirect.AbsoluteUri), ("response_type", "code"), ("scope", Scopes),
            ("state", request.State), ("enable_fb_login", "0")));

    public Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel) => _tokens.ExchangeAsync(
            app, request, code, _addresses.Of("Codes", "https://api.instagram.com") + "/oauth/access_token",
            InstagramApi.Tokens(_addresses), cancel);

    public async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var reply = await http.GetAsync(InstagramApi.Graph(_addresses, "/me?fields=user_id,username,name"), person.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(InstagramJson.Default.InstagramUser) is { UserId: { } id, Username: { } name } user
            ? NetworkResult<OfferedAccount[]>.Done(
            [
                new(user.Name is { Length: > 0 } full ? full : name, $"https://www.instagram.com/{name}/",
                    person with { Account = id, Username = name }),
            ])
            : reply.Failure<NetworkResult<OfferedAccount[]>>(InstagramApi.Name);
    }

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) =>
        _tokens.RenewAsync(grant, InstagramApi.Tokens(_addresses), cancel);
}
