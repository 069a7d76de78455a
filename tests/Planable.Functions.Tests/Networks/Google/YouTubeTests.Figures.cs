using Planable.Networks;
using Planable.Networks.Google;

namespace Planable.Functions.Tests.Networks.Google;

public sealed partial class YouTubeTests
{
    [Fact]
    public async Task A_channels_figures_are_read_by_day()
    {
        var days = (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-20), Today)).Value!;

        Assert.Equal(Enumerable.Range(0, 18).Select(i => Today.AddDays(i - 20)), days.Select(day => day.Date));
        Assert.All(days, day => Assert.Equal(
            new(4, 6, 2, 12, 100, 50, 3, 20, 1, 4, 28, 31), day.Figures.Youtube! with { TotalSubscribers = null }));
        Assert.Equal((1_230, 1_226), (days[^1].Figures.Youtube!.TotalSubscribers, days[^2].Figures.Youtube!.TotalSubscribers));
        Assert.Equal(2, Fake.Requests.Length);
    }

    [Fact]
    public async Task Days_that_YouTube_counts_late_are_asked_for_again()
    {
        var days = (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-1), Today)).Value!;

        Assert.Equal((Today.AddDays(-7), Today.AddDays(-3)), (days[0].Date, days[^1].Date));
    }

    [Fact]
    public async Task Hidden_subscribers_are_not_known()
    {
        Fake.HidesSubscribers = true;

        var days = (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-9), Today)).Value!;

        Assert.All(days, day => Assert.Null(day.Figures.Youtube!.TotalSubscribers));
    }

    [Theory]
    [InlineData("/reports")]
    [InlineData("/channels")]
    public async Task Figures_that_are_not_answered_are_asked_for_later(string path)
    {
        Fake.Next("GET", path, Fault.Garbage);

        Assert.Equal(NetworkVerdict.NotNow, (await PageDaysAsync(Client<YouTubeMetrics>(), Today.AddDays(-9), Today)).Verdict);
    }

    [Fact]
    public async Task A_videos_figures_are_its_counts_and_those_of_its_report()
    {
        var (_, id) = await UploadedAsync();

        var figures = (await PostFiguresAsync(Client<YouTubeMetrics>(), id)).Value!;

        Assert.Equal((500, 51, 40), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new(500, 40, 2, 5, 4, 50), figures.Youtube);
        Assert.Equal("video==" + id, Fake.Of("GET", "/reports")[0].Parameters["filters"]);
    }

    [Fact]
    public async Task Counts_that_the_owner_hides_are_read_from_the_report()
    {
        Fake.HidesLikes = true;
        var (_, id) = await UploadedAsync();

        var figures = (await PostFiguresAsync(Client<YouTubeMetrics>(), id)).Value!;

        Assert.Equal(new(500, 20, 1, 5, 4, 50), figures.Youtube);
    }

    [Fact]
    public async Task A_video_that_is_too_new_for_a_report_has_its_counts()
    {
        var (_, id) = await UploadedAsync();
        Fake.Next("GET", "/reports", 200, new { columnHeaders = new[] { new { name = "views" } } });

        var figures = (await PostFiguresAsync(Client<YouTubeMetrics>(), id)).Value!;

        Assert.Equal(new(500, 40, 2, 5, 0, 0), figures.Youtube);
    }

    [Fact]
    public async Task A_video_that_is_gone_has_no_figures() =>
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Client<YouTubeMetrics>(), "gone")).Verdict);

    [Fact]
    public async Task A_person_signs_in_with_PKCE_and_offers_the_channel()
    {
        var network = Client<YouTubeSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        foreach (var part in new[]
        {
            "access_type=offline", "prompt=consent", "code_challenge_method=S256", "youtube.upload", "youtube.force-ssl", "state=state-1",
        })
        {
            Assert.Contains(part, address.Query, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(request.Verifier, address.Query, StringComparison.Ordinal);
        var account = Assert.Single(offered);
        Assert.Equal(("Acme Coffee", "https://www.youtube.com/@acme", "channel-1"), (account.Name, account.Link, account.Grant.Account));
        Assert.Equal("refresh-1", account.Grant.RefreshToken);
        Assert.InRange((account.Grant.ExpiresAt!.Value - Now).TotalMinutes, 55, 60);
    }

    [Fact]
    public async Task A_person_without_a_channel_is_told_so()
    {
        Fake.HasChannel = false;

        var answer = await Client<YouTubeSignIn>().AccountsAsync(Registered, Grant, Cancel);

        Assert.Equal((NetworkVerdict.Refused, "YouTube has no channel for this Google account."), (answer.Verdict, answer.Message));
    }

    [Fact]
    public async Task A_code_that_is_not_good_is_no_sign_in()
    {
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        Assert.Null((await Client<YouTubeSignIn>().ExchangeAsync(Registered, request, "code-2", Cancel)).Value);
    }

    [Fact]
    public async Task A_renewal_keeps_the_refresh_token()
    {
        var renewed = (await Client<YouTubeSignIn>().RenewAsync(Registered, Grant, Cancel)).Value!;

        Assert.Equal((Fake.Access, "refresh-1", "channel-1"), (renewed.AccessToken, renewed.RefreshToken, renewed.Account));
        Assert.Equal("app-secret", Fake.Of("POST", "/token")[0].Form["client_secret"]);
    }

    [Fact]
    public async Task A_refresh_token_that_was_revoked_disconnects_the_page() => Assert.Equal(
        NetworkVerdict.GrantExpired,
        (await Client<YouTubeSignIn>().RenewAsync(Registered, Grant with { RefreshToken = "old" }, Cancel)).Verdict);

    [Fact]
    public async Task A_wrong_secret_of_the_app_disconnects_no_page() => Assert.Equal(
        NetworkVerdict.NotNow, (await Client<YouTubeSignIn>().RenewAsync(new("app-id", "wrong"), Grant, Cancel)).Verdict);
}
