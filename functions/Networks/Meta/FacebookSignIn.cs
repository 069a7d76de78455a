namespace Planable.Networks.Meta;

/// <summary>
/// Signs people in at Facebook and offers their pages, also those of their businesses. The access of a page does not end by itself, so
/// there is nothing to renew.
/// </summary>
/// <remarks>Source: developers.facebook.com, "Facebook Login: Manually build a login flow", "Long-lived tokens", "User accounts".</remarks>
sealed class FacebookSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time) : INetworkSignIn
{
    /// <summary>Replaced by the setting <c>Networks__facebook__Scopes</c>.</summary>
    const string Scopes =
        "pages_show_list,business_management,pages_manage_posts,pages_manage_engagement,pages_read_engagement,read_insights";

    const string Fields = "id,name,username,access_token,tasks,link";

    /// <summary>The most parts of a list that are read, each of up to 100.</summary>
    const int MostParts = 20;

    static readonly string[] Needed = ["pages_show_list", "pages_manage_posts"];

    readonly NetworkAddresses _addresses = FacebookApi.Addresses(configuration);
    readonly OAuth _oauth = new(http, FacebookApi.Name, time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        _addresses.DialogUrl() + NetworkHttp.Query(
            ("client_id", app.Id), ("redirect_uri", request.Redirect.AbsoluteUri), ("state", request.State), ("response_type", "code"),
            ("scope", _addresses.Text("Scopes", Scopes))));

    /// <summary>The first token lasts an hour or two; pages get access without an end only from one that lasts for months.</summary>
    public async Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel)
    {
        var first = await TokenAsync(app, cancel, ("redirect_uri", request.Redirect.AbsoluteUri), ("code", code));
        return first.Value is not { } grant ? first
            : await TokenAsync(app, cancel, ("grant_type", "fb_exchange_token"), ("fb_exchange_token", grant.AccessToken));
    }

    public async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var permissions = await http.GetAsync(_addresses.Url("me/permissions"), person.AccessToken, cancel);
        if (!permissions.IsSuccess || permissions.Read(FacebookJson.Default.FacebookListFacebookPermission)?.Data is not { } known)
        {
            return permissions.Failure<NetworkResult<OfferedAccount[]>>(FacebookApi.Name);
        }
        if (Array.Exists(known, one => one.Status is not "granted" && Needed.Contains(one.Permission)))
        {
            return new(NetworkVerdict.Refused, Message: "Facebook was not allowed to post on pages. Sign in again and allow everything.");
        }
        Dictionary<string, OfferedAccount> found = new(StringComparer.Ordinal);
        if (await AddAsync("me/accounts", person, found, cancel) is { } failure)
        {
            return failure;
        }
        // Pages of a business may be missing from the person's own list.
        var businesses = await http.GetAsync(
            _addresses.Url("me/businesses") + NetworkHttp.Query(("fields", "id"), ("limit", "100")), person.AccessToken, cancel);
        foreach (var business in businesses.IsSuccess ? businesses.Read(FacebookJson.Default.FacebookListFacebookTarget)?.Data ?? [] : [])
        {
            foreach (var edge in (string[])["owned_pages", "client_pages"])
            {
                // Not every role in a business may list its pages.
                if (await AddAsync($"{business.Id}/{edge}", person, found, cancel) is { Verdict: not NetworkVerdict.Refused } problem)
                {
                    return problem;
                }
            }
        }
        return NetworkResult<OfferedAccount[]>.Done([.. found.Values]);
    }

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) =>
        Task.FromResult(new NetworkResult<NetworkGrant>(
            NetworkVerdict.GrantExpired, Message: "Facebook no longer grants access to the page. Connect the page again."));

    Task<NetworkResult<NetworkGrant>> TokenAsync(NetworkApp app, CancellationToken cancel, params (string, string?)[] fields) =>
        _oauth.TokenAsync(
            _addresses.Url("oauth/access_token"), null, null,
            [("client_id", app.Id), ("client_secret", app.Secret), .. fields], cancel);

    /// <summary>Adds the pages of a list on which the person can post.</summary>
    /// <returns>Null if the whole list was read.</returns>
    async Task<NetworkResult<OfferedAccount[]>?> AddAsync(
        string path, NetworkGrant person, Dictionary<string, OfferedAccount> found, CancellationToken cancel)
    {
        var next = _addresses.Url(path) + NetworkHttp.Query(("fields", Fields), ("limit", "100"));
        for (var part = 0; next is not null && part < MostParts; part++)
        {
            var reply = await http.GetAsync(next, person.AccessToken, cancel);
            if (!reply.IsSuccess || reply.Read(FacebookJson.Default.FacebookListFacebookAccount) is not { Data: { } pages } list)
            {
                return reply.Failure<NetworkResult<OfferedAccount[]>>(FacebookApi.Name);
            }
            foreach (var page in pages.Where(page => page.Tasks?.Contains("CREATE_CONTENT") is not false))
            {
                if (page is { Id: { Length: > 0 } id, AccessToken: { Length: > 0 } token })
                {
                    found.TryAdd(id, new(
                        page.Name ?? id, page.Link ?? "https://www.facebook.com/" + (page.Username ?? id),
                        new(id, token) { Username = page.Username }));
                }
            }
            // The request carries the person's token.
            next = list.Paging?.Next is not { } address ? null : _addresses.Allowed(address)?.AbsoluteUri;
            if (next is null && list.Paging?.Next is not null)
            {
                return new(NetworkVerdict.NotNow, Message: "Facebook named an address for the list of pages that is not its own.");
            }
        }
        return null;
    }
}
