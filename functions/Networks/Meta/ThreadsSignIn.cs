namespace Planable.Networks.Meta;

/// <summary>Signs people in at Threads. A person has one profile.</summary>
/// <remarks>Source: developers.facebook.com, "Threads API: Get access tokens".</remarks>
sealed class ThreadsSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time) : INetworkSignIn
{
    const string Scopes = "threads_basic,threads_content_publish,threads_manage_insights,threads_manage_replies";

    readonly NetworkAddresses _addresses = ThreadsApi.Addresses(configuration);
    readonly MetaTokens _tokens = new(http, ThreadsApi.Name, "th", time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        _addresses.Of("SignIn", "https://www.threads.net") + "/oauth/authorize" + NetworkHttp.Query(
            ("client_id", app.Id), ("redirect_uri", request.Redirect.AbsoluteUri), ("response_type", "code"), ("scope", Scopes),
            ("state", request.State)));

    public Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel)
    {
        var tokens = ThreadsApi.Tokens(_addresses);
        return _tokens.ExchangeAsync(app, request, code, tokens + "/oauth/access_token", tokens, cancel);
    }

    public async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var reply = await http.GetAsync(ThreadsApi.Graph(_addresses, "/me?fields=id,username,name"), person.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(ThreadsJson.Default.ThreadsUser) is { Id: { } id, Username: { } name } user
            ? NetworkResult<OfferedAccount[]>.Done(
            [
                new(user.Name is { Length: > 0 } full ? full : name, $"https://www.threads.net/@{name}",
                    person with { Account = id, Username = name }),
            ])
            : reply.Failure<NetworkResult<OfferedAccount[]>>(ThreadsApi.Name);
    }

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) =>
        _tokens.RenewAsync(grant, ThreadsApi.Tokens(_addresses), cancel);
}
