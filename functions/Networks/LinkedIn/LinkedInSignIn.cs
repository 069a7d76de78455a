using System.Globalization;

namespace Planable.Networks.LinkedIn;

/// <summary>
/// Signs people in at LinkedIn and renews grants. An access token lasts 60 days; the refresh token a year from the sign-in, however often
/// it is used. Only apps that LinkedIn has approved for it get one: the page must otherwise be connected again every 60 days.
/// </summary>
/// <remarks>
/// Source: learn.microsoft.com/linkedin, "Authorization code flow", "Refresh tokens with OAuth 2.0", "Organization access control by role",
/// "Organization lookup".
/// </remarks>
sealed class LinkedInSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time, ILogger<LinkedInSignIn> log)
    : INetworkSignIn
{
    const string Scopes = "w_organization_social r_organization_social rw_organization_admin r_organization_social_feed "
        + "w_organization_social_feed r_organization_followers r_basicprofile";

    /// <summary>How many roles are asked for at once, and how often at most.</summary>
    const int Batch = 100, MostBatches = 5;

    const string Organization = "urn:li:organization:";

    readonly LinkedInApi _api = new(http, configuration, log);
    readonly OAuth _oauth = new(http, LinkedInApi.Name, time);

    public Uri Address(NetworkApp app, SignInRequest request) => new(
        _api.SignInUrl("/oauth/v2/authorization") + NetworkHttp.Query(
            ("response_type", "code"), ("client_id", app.Id), ("redirect_uri", request.Redirect.AbsoluteUri), ("state", request.State),
            ("scope", Scopes)));

    public Task<NetworkResult<NetworkGrant>> ExchangeAsync(
        NetworkApp app, SignInRequest request, string code, CancellationToken cancel) => TokenAsync(
            app, null, [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request.Redirect.AbsoluteUri)], cancel);

    public async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        HashSet<string> urns = new(StringComparer.Ordinal);
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var reply = await _api.FindAsync(
                $"/organizationAcls?q=roleAssignee&state=APPROVED&count={Batch}&start={batch * Batch}", person.AccessToken, cancel);
            if (!reply.IsSuccess || reply.Read(LinkedInJson.Default.LinkedInListLinkedInRole) is not { } list)
            {
                return reply.Failure<NetworkResult<OfferedAccount[]>>();
            }
            var roles = list.Elements ?? [];
            // The other roles cannot post.
            urns.UnionWith(roles.Where(one => one.Role is "ADMINISTRATOR" or "CONTENT_ADMINISTRATOR" or "CONTENT_ADMIN")
                .Select(one => one.Organization ?? "").Where(IsOrganization));
            if (roles.Length < Batch)
            {
                break;
            }
        }
        List<OfferedAccount> accounts = [];
        foreach (var urn in urns)
        {
            var reply = await _api.GetAsync("/organizations/" + urn[Organization.Length..], person.AccessToken, cancel);
            if (reply.IsSuccess && reply.Read(LinkedInJson.Default.LinkedInOrganization) is { } known)
            {
                accounts.Add(new(
                    known.LocalizedName ?? known.VanityName ?? urn,
                    known.VanityName is { } name ? "https://www.linkedin.com/company/" + Uri.EscapeDataString(name) : null,
                    person with { Account = urn, Username = known.VanityName }));
            }
            // An organization that was closed is left out.
            else if (reply.Status is not (403 or 404))
            {
                return reply.Failure<NetworkResult<OfferedAccount[]>>();
            }
        }
        return NetworkResult<OfferedAccount[]>.Done([.. accounts]);
    }

    public Task<NetworkResult<NetworkGrant>> RenewAsync(NetworkApp app, NetworkGrant grant, CancellationToken cancel) =>
        TokenAsync(app, grant, [("grant_type", "refresh_token"), ("refresh_token", grant.RefreshToken)], cancel);

    async Task<NetworkResult<NetworkGrant>> TokenAsync(
        NetworkApp app, NetworkGrant? old, (string, string?)[] fields, CancellationToken cancel)
    {
        var result = await _oauth.TokenAsync(
            _api.SignInUrl("/oauth/v2/accessToken"), null, old, [.. fields, ("client_id", app.Id), ("client_secret", app.Secret)], cancel);
        // Without a refresh token, the end of the access token is the end.
        return result.Value is { RefreshToken: null } grant ? result with { Value = grant with { EndsAt = grant.ExpiresAt } } : result;
    }

    static bool IsOrganization(string urn) => urn.StartsWith(Organization, StringComparison.Ordinal)
        && long.TryParse(urn.AsSpan(Organization.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
