namespace Planable.Networks.Google;

/// <summary>Signs people in at Google Business Profile. They can connect each location of each of their accounts.</summary>
/// <remarks>
/// Source: developers.google.com/my-business/reference: accountmanagement/rest/v1/accounts/list,
/// businessinformation/rest/v1/accounts.locations/list.
/// </remarks>
sealed class BusinessSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time) : GoogleSignIn(
    http, BusinessApi.Addresses(configuration), time, BusinessApi.Name, "https://www.googleapis.com/auth/business.manage")
{
    /// <summary>Requests for a person's locations; agencies have thousands.</summary>
    const int MostPages = 50;

    readonly NetworkHttp _http = http;
    readonly NetworkAddresses _addresses = BusinessApi.Addresses(configuration);

    public override async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(
        NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var budget = MostPages;
        List<string> accounts = [];
        for (string? next = null; budget > 0;)
        {
            budget--;
            var reply = await _http.GetAsync(
                _addresses.AccountsUrl() + NetworkHttp.Query(("pageSize", "20"), ("pageToken", next)), person.AccessToken, cancel);
            if (!reply.IsSuccess || reply.Read(BusinessJson.Default.BusinessAccounts) is not { } page)
            {
                return reply.Failure<NetworkResult<OfferedAccount[]>>(BusinessApi.Name);
            }
            accounts.AddRange((page.Accounts ?? []).Select(account => account.Name).OfType<string>());
            next = page.NextPageToken;
            if (string.IsNullOrEmpty(next))
            {
                break;
            }
        }
        List<(string Account, BusinessLocation Location)> all = [];
        foreach (var account in accounts)
        {
            for (string? next = null; budget > 0;)
            {
                budget--;
                var reply = await _http.GetAsync(
                    _addresses.LocationsUrl(account) + NetworkHttp.Query(
                        ("readMask", "name,title,storefrontAddress,metadata"), ("pageSize", "100"), ("pageToken", next)),
                    person.AccessToken, cancel);
                if (!reply.IsSuccess || reply.Read(BusinessJson.Default.BusinessLocations) is not { } page)
                {
                    return reply.Failure<NetworkResult<OfferedAccount[]>>(BusinessApi.Name);
                }
                all.AddRange((page.Locations ?? []).Where(one => one.Name is { Length: > 0 }).Select(one => (account, one)));
                next = page.NextPageToken;
                if (string.IsNullOrEmpty(next))
                {
                    break;
                }
            }
        }
        return NetworkResult<OfferedAccount[]>.Done(Offered(person, all));
    }

    /// <summary>A location can be in several accounts; those of a chain have the same title.</summary>
    static OfferedAccount[] Offered(NetworkGrant person, List<(string Account, BusinessLocation Location)> all)
    {
        var locations = all.DistinctBy(one => one.Location.Name).ToArray();
        var titles = locations.CountBy(one => one.Location.Title ?? "").ToDictionary();
        return [.. locations.Select(one => new OfferedAccount(
            Name(one.Location), one.Location.Metadata?.MapsUri, person with { Account = $"{one.Account}/{one.Location.Name}" }))];

        string Name(BusinessLocation location) => titles[location.Title ?? ""] == 1 ? location.Title ?? location.Name!
            : string.Join(", ", new[]
            {
                location.Title, location.StorefrontAddress?.AddressLines?.FirstOrDefault(), location.StorefrontAddress?.Locality,
            }.Where(part => !string.IsNullOrEmpty(part)));
    }
}
