using Planable.Networks;
using Planable.Networks.Google;

namespace Planable.Functions.Tests.Networks.Google;

public sealed class BusinessTests(AzuriteFixture azurite) : NetworkGround<FakeBusiness>(azurite)
{
    BusinessPublisher Publisher => Client<BusinessPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    static DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    [Fact]
    public async Task A_text_is_posted_once_and_its_link_is_known()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Hello")));

        Assert.Equal((NetworkVerdict.Done, 1), (answer.Verdict, Sendings));
        Assert.StartsWith("accounts/1/locations/2/localPosts/", answer.RemoteId, StringComparison.Ordinal);
        Assert.Equal("https://local.google.com/place?id=1&use=posts", answer.Link);
        Assert.Equal(["Hello"], Fake.Visible);
        Assert.Null(Fake.Requests[0].Json["media"]);
    }

    [Fact]
    public async Task A_picture_is_handed_over_by_a_link()
    {
        await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));

        var media = Fake.Requests[0].Json["media"]![0]!;
        Assert.Equal("PHOTO", media.Text("mediaFormat"));
        Assert.Contains("sig=", media.Text("sourceUrl"), StringComparison.Ordinal);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_PNG_is_taken_as_it_is()
    {
        var png = await PngAsync();

        await PublishAsync(Publisher, Publication(Post("Picture", png)));

        Assert.Contains(png.File!, Fake.Requests[0].Json["media"]![0]!.Text("sourceUrl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_needs_no_text()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("", await JpegAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Null(Fake.Requests[0].Json["summary"]);
    }

    [Fact]
    public async Task Videos_and_several_pictures_are_refused_before_anything_is_sent()
    {
        var video = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));
        var two = await PublishAsync(Publisher, Publication(Post("Two", await JpegAsync(), await JpegAsync())));

        Assert.Equal((NetworkVerdict.Refused, NetworkVerdict.Refused), (video.Verdict, two.Verdict));
        Assert.Equal(0, Sendings);
        Assert.Empty(Fake.Requests);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_post_whose_answer_is_lost_is_found_among_the_profiles_posts(string fault)
    {
        Fake.Next("POST", "/localPosts", Enum.Parse<Fault>(fault));
        var post = Post("Hello  there\n& more");

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, null, Now), Cancel);

        Assert.Equal(NetworkVerdict.Done, found.Verdict);
        Assert.NotNull(found.Link);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_post_whose_request_is_lost_may_be_there_as_far_as_anybody_knows()
    {
        Fake.Next("POST", "/localPosts", Fault.LosesRequest);
        var post = Post();

        Assert.Equal(NetworkVerdict.Unknown, (await PublishAsync(Publisher, Publication(post))).Verdict);
        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(post, null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_post_that_the_list_does_not_have_yet_may_be_there()
    {
        Fake.Lag = 1;
        var post = Post();
        await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(post, null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task An_older_post_with_the_same_text_is_not_taken_for_it()
    {
        Fake.Has("Hello", Now.AddHours(-1));

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(Post(), null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_post_is_found_on_a_later_page_of_the_list()
    {
        Fake.PageSize = 1;
        Fake.Has("Hello", Now.AddSeconds(-3));
        Fake.Has("Other", Now);

        Assert.Equal(NetworkVerdict.Done, (await Publisher.FindAsync(Publication(Post(), null, Now), Cancel)).Verdict);
        Assert.Equal(2, Fake.Requests.Length);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    public async Task A_question_without_an_answer_is_asked_later(string fault)
    {
        Fake.Next("GET", "/localPosts", Enum.Parse<Fault>(fault));

        Assert.Equal(NetworkVerdict.NotNow, (await Publisher.FindAsync(Publication(Post(), null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_post_that_Google_rejects_is_refused_and_deleted()
    {
        Fake.State = "REJECTED";

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal((NetworkVerdict.Refused, 0), (answer.Verdict, Fake.Kept));
    }

    [Fact]
    public async Task A_rejected_post_that_cannot_be_deleted_is_refused_all_the_same()
    {
        Fake.Has("Hello", Now, "REJECTED");
        Fake.Next("DELETE", "", Fault.LosesRequest);

        Assert.Equal(NetworkVerdict.Refused, (await Publisher.FindAsync(Publication(Post(), null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_post_that_is_still_processed_is_posted()
    {
        Fake.State = "PROCESSING";

        Assert.Equal(NetworkVerdict.Done, (await PublishAsync(Publisher, Publication(Post()))).Verdict);
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", null, nameof(NetworkVerdict.Refused))]
    [InlineData(401, "UNAUTHENTICATED", null, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(403, "PERMISSION_DENIED", null, nameof(NetworkVerdict.Refused))]
    [InlineData(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", nameof(NetworkVerdict.Refused))]
    [InlineData(403, "PERMISSION_DENIED", "SERVICE_DISABLED", nameof(NetworkVerdict.Refused))]
    [InlineData(404, "NOT_FOUND", null, nameof(NetworkVerdict.Refused))]
    [InlineData(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", nameof(NetworkVerdict.RateLimited))]
    [InlineData(429, "RESOURCE_EXHAUSTED", null, nameof(NetworkVerdict.RateLimited))]
    [InlineData(500, "INTERNAL", null, nameof(NetworkVerdict.Unknown))]
    [InlineData(502, "", null, nameof(NetworkVerdict.Unknown))]
    [InlineData(503, "UNAVAILABLE", null, nameof(NetworkVerdict.Unknown))]
    [InlineData(504, "DEADLINE_EXCEEDED", null, nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_the_post_means_what_Google_says(int code, string status, string? reason, string verdict)
    {
        Fake.Next("POST", "/localPosts", code, FakeBusiness.Error(code, status, reason));

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal(verdict, $"{answer.Verdict}");
        Assert.Equal(code == 429 ? TimeSpan.FromMinutes(1) : null, answer.RetryAfter);
        Assert.StartsWith("Google Business Profile ", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("A message of Google", answer.Message, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Fact]
    public async Task A_rate_limit_lasts_as_long_as_Google_says()
    {
        Fake.Next("POST", "/localPosts", 429, FakeBusiness.Error(429, "RESOURCE_EXHAUSTED"), ("Retry-After", "420"));

        Assert.Equal(TimeSpan.FromMinutes(7), (await PublishAsync(Publisher, Publication(Post()))).RetryAfter);
    }

    [Fact]
    public async Task There_are_no_comments() =>
        Assert.Equal(NetworkVerdict.Refused, (await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel)).Verdict);

    [Fact]
    public async Task A_profiles_figures_are_read_by_day()
    {
        var day = Today.AddDays(-4);
        var noon = new DateTimeOffset(day, new(12, 0), TimeSpan.Zero);
        Fake.Has("One", noon);
        Fake.Has("Two", noon.AddHours(1));
        Fake.Has("Rejected", noon, "REJECTED");

        var days = (await PageDaysAsync(Client<BusinessMetrics>(), Today.AddDays(-20), Today)).Value!;

        Assert.Equal(Enumerable.Range(0, 17).Select(i => Today.AddDays(i - 20)), days.Select(one => one.Date));
        Assert.Equal(
            new(
                Posts: 2, CallClicks: 1, WebsiteClicks: 2, Impressions: 7 + 8 + 9 + 10, Engagement: 1 + 2 + 3 + 4 + 5 + 6,
                BusinessConversations: 3, BusinessImpressionsMobileSearch: 10, BusinessImpressionsDesktopMaps: 7,
                BusinessImpressionsDesktopSearch: 8, BusinessImpressionsMobileMaps: 9, BusinessDirectionRequests: 4, BusinessBookings: 5,
                BusinessFoodOrders: 6),
            days[^1].Figures.GoogleMyBusiness);
        Assert.Equal(new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), days[^2].Figures.GoogleMyBusiness);
    }

    [Fact]
    public async Task Days_that_Google_counts_late_are_asked_for_again()
    {
        var days = (await PageDaysAsync(Client<BusinessMetrics>(), Today.AddDays(-1), Today)).Value!;

        Assert.Equal((Today.AddDays(-7), Today.AddDays(-4)), (days[0].Date, days[^1].Date));
    }

    [Fact]
    public async Task Days_without_any_figure_are_left_out()
    {
        Fake.LateDays = 30;

        Assert.Empty((await PageDaysAsync(Client<BusinessMetrics>(), Today.AddDays(-9), Today)).Value!);
    }

    [Theory]
    [InlineData(":fetchMultiDailyMetricsTimeSeries")]
    [InlineData("/localPosts")]
    public async Task Figures_that_are_not_answered_are_asked_for_later(string path)
    {
        Fake.Next("GET", path, Fault.Html);

        Assert.Equal(NetworkVerdict.NotNow, (await PageDaysAsync(Client<BusinessMetrics>(), Today.AddDays(-9), Today)).Verdict);
    }

    [Fact]
    public async Task There_are_no_figures_of_single_posts() =>
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Client<BusinessMetrics>(), "1")).Verdict);

    [Fact]
    public async Task A_person_signs_in_with_PKCE_and_offers_each_location_once()
    {
        var network = Client<BusinessSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        Assert.Contains("business.manage", address.Query, StringComparison.Ordinal);
        Assert.Contains("access_type=offline", address.Query, StringComparison.Ordinal);
        Assert.Equal(
            [
                ("Acme Coffee, Main Street 1, Bucharest", "accounts/1/locations/2"),
                ("Acme Coffee, Main Street 2, Bucharest", "accounts/1/locations/4"), ("Other Shop", "accounts/1/locations/5"),
            ],
            offered.Select(one => (one.Name, one.Grant.Account)));
        Assert.Equal("https://maps.google.com/maps?cid=2", offered[0].Link);
        Assert.All(offered, one => Assert.Equal("refresh-1", one.Grant.RefreshToken));
    }

    [Fact]
    public async Task An_app_without_access_to_the_API_is_told_so()
    {
        Fake.Next("GET", "/accounts", 429, FakeBusiness.Error(429, "RESOURCE_EXHAUSTED"));

        Assert.Equal(NetworkVerdict.RateLimited, (await Client<BusinessSignIn>().AccountsAsync(Registered, Grant, Cancel)).Verdict);
    }

    [Fact]
    public async Task A_renewal_keeps_the_refresh_token()
    {
        var renewed = (await Client<BusinessSignIn>().RenewAsync(Registered, Grant, Cancel)).Value!;

        Assert.Equal((Fake.Access, "refresh-1", Grant.Account), (renewed.AccessToken, renewed.RefreshToken, renewed.Account));
    }

    [Fact]
    public async Task A_refresh_token_that_was_revoked_disconnects_the_page() => Assert.Equal(
        NetworkVerdict.GrantExpired,
        (await Client<BusinessSignIn>().RenewAsync(Registered, Grant with { RefreshToken = "old" }, Cancel)).Verdict);
}
