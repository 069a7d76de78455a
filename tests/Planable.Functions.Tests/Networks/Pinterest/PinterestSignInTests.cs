using Planable.Networks;
using Planable.Networks.Pinterest;

namespace Planable.Functions.Tests.Networks.Pinterest;

public sealed class PinterestSignInTests(AzuriteFixture azurite) : NetworkGround<FakePinterest>(azurite)
{
    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_person_signs_in_and_offers_the_account()
    {
        var network = Client<PinterestSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        Assert.Equal("/oauth/", address.AbsolutePath);
        Assert.Contains("pins%3Awrite", address.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("code_challenge", address.Query, StringComparison.Ordinal);
        Assert.Equal("true", Fake.Of("POST", "/token")[0].Form["continuous_refresh"]);
        var account = Assert.Single(offered);
        Assert.Equal(("Acme Coffee", "https://www.pinterest.com/acme/", "user-1", "acme"),
            (account.Name, account.Link, account.Grant.Account, account.Grant.Username));
        Assert.InRange((account.Grant.EndsAt!.Value - Now).TotalDays, 59, 60);
    }

    [Fact]
    public async Task A_renewal_brings_a_new_refresh_token_and_the_old_one_is_refused()
    {
        var (network, old) = (Client<PinterestSignIn>(), Grant);

        var renewed = await network.RenewAsync(Registered, old, Cancel);
        var again = await network.RenewAsync(Registered, old, Cancel);

        Assert.Equal((Fake.Refresh, "user-1"), (renewed.Value!.RefreshToken, renewed.Value.Account));
        Assert.Equal(NetworkVerdict.GrantExpired, again.Verdict);
    }

    [Fact]
    public async Task A_wrong_code_is_no_sign_in()
    {
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier");

        Assert.Equal(NetworkVerdict.Refused,
            (await Client<PinterestSignIn>().ExchangeAsync(Registered, request, "code-2", Cancel)).Verdict);
    }
}
