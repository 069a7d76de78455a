using Planable.Networks;
using Planable.Networks.LinkedIn;

namespace Planable.Functions.Tests.Networks.LinkedIn;

public sealed class LinkedInSignInTests(AzuriteFixture azurite) : NetworkGround<FakeLinkedIn>(azurite)
{
    static readonly SignInRequest Request = new(
        new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

    LinkedInSignIn SignIn => Client<LinkedInSignIn>();

    Task<NetworkResult<NetworkGrant>> ExchangeAsync(string code = "code-1") => SignIn.ExchangeAsync(Registered, Request, code, Cancel);

    [Fact]
    public void The_sign_in_asks_for_what_pages_need()
    {
        var address = SignIn.Address(Registered, Request);

        Assert.Equal("/oauth/v2/authorization", address.AbsolutePath);
        Assert.Contains("response_type=code&client_id=app-id", address.Query, StringComparison.Ordinal);
        Assert.Contains("redirect_uri=https%3A%2F%2Fapp.example.com%2Fback&state=state-1", address.Query, StringComparison.Ordinal);
        Assert.Contains("w_organization_social%20r_organization_social%20rw_organization_admin", address.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("app-secret", address.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_offers_the_pages_on_which_they_can_post()
    {
        var person = (await ExchangeAsync()).Value!;
        var offered = (await SignIn.AccountsAsync(Registered, person, Cancel)).Value!;

        Assert.Equal(
            [
                ("Acme Coffee", "https://www.linkedin.com/company/acme", FakeLinkedIn.Page, "acme"),
                ("Beta", null, "urn:li:organization:2", null),
            ],
            offered.Select(one => (one.Name, one.Link, one.Grant.Account, one.Grant.Username)));
        Assert.All(offered, one => Assert.Equal((Fake.Access, Fake.Refresh), (one.Grant.AccessToken, one.Grant.RefreshToken)));
    }

    [Fact]
    public async Task A_grant_lasts_sixty_days_and_can_be_renewed_for_a_year()
    {
        var person = (await ExchangeAsync()).Value!;

        Assert.InRange((person.ExpiresAt!.Value - TimeProvider.System.GetUtcNow()).TotalDays, 59.9, 60);
        Assert.InRange((person.EndsAt!.Value - TimeProvider.System.GetUtcNow()).TotalDays, 364.9, 365);
    }

    [Fact]
    public async Task Without_a_refresh_token_the_access_ends_with_the_token()
    {
        Fake.HasRefresh = false;

        var person = (await ExchangeAsync()).Value!;

        Assert.Null(person.RefreshToken);
        Assert.Equal(person.ExpiresAt, person.EndsAt);
    }

    [Fact]
    public async Task A_wrong_code_is_refused()
    {
        var result = await ExchangeAsync("code-2");

        Assert.Equal((NetworkVerdict.Refused, null), (result.Verdict, result.Value));
    }

    [Fact]
    public async Task A_renewal_brings_a_new_refresh_token_and_the_old_one_is_refused()
    {
        var renewed = await SignIn.RenewAsync(Registered, Grant, Cancel);
        var again = await SignIn.RenewAsync(Registered, Grant with { RefreshToken = "refresh-1" }, Cancel);

        Assert.Equal((Fake.Access, Fake.Refresh), (renewed.Value!.AccessToken, renewed.Value.RefreshToken));
        Assert.Equal((FakeLinkedIn.Page, "acme"), (renewed.Value.Account, renewed.Value.Username));
        Assert.Equal(NetworkVerdict.GrantExpired, again.Verdict);
    }

    [Fact]
    public async Task A_wrong_secret_of_the_app_disconnects_no_page() =>
        Assert.Equal(NetworkVerdict.NotNow, (await SignIn.RenewAsync(new("app-id", "other"), Grant, Cancel)).Verdict);

    [Theory]
    [InlineData("/organizationAcls", 403, nameof(NetworkVerdict.Refused))]
    [InlineData("/organizationAcls", 426, nameof(NetworkVerdict.NotNow))]
    [InlineData("/organizations/2", 500, nameof(NetworkVerdict.NotNow))]
    [InlineData("/organizations/2", 429, nameof(NetworkVerdict.RateLimited))]
    public async Task Pages_that_cannot_be_read_say_why(string path, int status, string verdict)
    {
        Fake.Next("GET", path, status, new { status, message = "m" });

        var result = await SignIn.AccountsAsync(Registered, Grant, Cancel);

        Assert.Equal(verdict, result.Verdict.ToString());
        Assert.NotNull(result.Message);
    }

    [Fact]
    public async Task A_renewal_that_is_lost_can_be_repeated()
    {
        Fake.Next("POST", "/accessToken", Fault.LosesRequest);

        var lost = await SignIn.RenewAsync(Registered, Grant, Cancel);
        var renewed = await SignIn.RenewAsync(Registered, Grant, Cancel);

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Done), (lost.Verdict, renewed.Verdict));
    }
}
