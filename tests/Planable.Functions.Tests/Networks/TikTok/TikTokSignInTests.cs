using Planable.Networks;
using Planable.Networks.TikTok;

namespace Planable.Functions.Tests.Networks.TikTok;

public sealed class TikTokSignInTests(AzuriteFixture azurite) : NetworkGround<FakeTikTok>(azurite)
{
    TikTokPublisher Publisher => Client<TikTokPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_person_signs_in_and_offers_the_account()
    {
        var network = Client<TikTokSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        Assert.Equal("/v2/auth/authorize/", address.AbsolutePath);
        Assert.Contains("client_key=app-id", address.Query, StringComparison.Ordinal);
        Assert.Contains("video.publish", address.Query, StringComparison.Ordinal);
        Assert.Contains("state=state-1", address.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("code_challenge", address.Query, StringComparison.Ordinal);
        var account = Assert.Single(offered);
        Assert.Equal(("Acme Coffee", "https://www.tiktok.com/@acme"), (account.Name, account.Link));
        Assert.Equal(("open-1", "acme", Fake.Refresh), (account.Grant.Account, account.Grant.Username, account.Grant.RefreshToken));
        Assert.InRange((account.Grant.ExpiresAt!.Value - Now).TotalHours, 23, 24);
        Assert.InRange((account.Grant.EndsAt!.Value - Now).TotalDays, 364, 365);
    }

    [Fact]
    public async Task A_renewal_brings_a_new_refresh_token_and_the_old_one_is_refused()
    {
        var (network, old) = (Client<TikTokSignIn>(), Grant);

        var renewed = await network.RenewAsync(Registered, old, Cancel);
        var again = await network.RenewAsync(Registered, old, Cancel);

        Assert.Equal((Fake.Refresh, "open-1", "acme"),
            (renewed.Value!.RefreshToken, renewed.Value.Account, renewed.Value.Username));
        Assert.Equal(NetworkVerdict.GrantExpired, again.Verdict);
    }

    [Fact]
    public async Task A_wrong_code_or_request_is_no_sign_in()
    {
        var network = Client<TikTokSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier");
        Fake.Next("POST", "/token/", 200, new { error = "invalid_request", error_description = "Redirect_uri is not matched." });

        Assert.Equal(NetworkVerdict.Refused, (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Verdict);
        Assert.NotEqual(NetworkVerdict.Done, (await network.ExchangeAsync(Registered, request, "code-2", Cancel)).Verdict);
    }

    [Fact]
    public async Task A_wrong_secret_of_the_app_disconnects_no_page() => Assert.Equal(
        NetworkVerdict.NotNow, (await Client<TikTokSignIn>().RenewAsync(new("app-id", "wrong"), Grant, Cancel)).Verdict);

    [Fact]
    public async Task An_ended_access_is_renewed_by_the_caller()
    {
        var post = Publication(Post("Film", await VideoAsync())) with { Grant = Grant with { AccessToken = "expired" } };

        Assert.Equal((NetworkVerdict.GrantExpired, 0), ((await PublishAsync(Publisher, post)).Verdict, Sendings));
    }
}
