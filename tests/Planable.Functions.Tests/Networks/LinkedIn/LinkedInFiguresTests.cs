using Planable.Networks;
using Planable.Networks.LinkedIn;
using Planable.Networks.Metrics;

namespace Planable.Functions.Tests.Networks.LinkedIn;

public sealed class LinkedInFiguresTests(AzuriteFixture azurite) : NetworkGround<FakeLinkedIn>(azurite)
{
    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    static DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    async Task<PageDay[]> DaysAsync(DateOnly from, DateOnly to) =>
        (await PageDaysAsync(Client<LinkedInMetrics>(), from, to)).Value!;

    [Fact]
    public async Task A_pages_first_day_has_all_figures()
    {
        Fake.Has("Then", Now.AddDays(-10));
        Fake.Has("And then", Now.AddDays(-10));

        var days = await DaysAsync(Today.AddDays(-10), Today);

        Assert.Equal(Enumerable.Range(-10, 11).Select(Today.AddDays), days.Select(day => day.Date));
        Assert.Equal(
            new LinkedinPage(
                7, 240, PaidFollowers: 2, TotalFollowers: null, Engagement: 34, PageInsights: 17, PageViews: 31, Posts: 2, Reshares: 2,
                Reactions: 9, Comments: 3, ShareStats: new(180, 20, 0.125, 9, 3, 2, 240, 4, 1)),
            days[0].Figures.Linkedin);
    }

    [Fact]
    public async Task A_day_on_which_nothing_happened_has_zeros()
    {
        var days = await DaysAsync(Today.AddDays(-10), Today);

        Assert.Equal(
            new LinkedinPage(
                0, 0, PaidFollowers: 0, TotalFollowers: null, Engagement: 0, PageInsights: 0, PageViews: 0, Posts: 0, Reshares: 0,
                Reactions: 0, Comments: 0, ShareStats: new(0, 0, 0, 0, 0, 0, 0)),
            days[4].Figures.Linkedin);
    }

    [Fact]
    public async Task Today_has_the_number_of_followers_but_not_yet_the_new_ones()
    {
        var today = (await DaysAsync(Today.AddDays(-10), Today))[^1].Figures.Linkedin!;

        Assert.Equal((4_321, 0, null), (today.TotalFollowers, today.Followers, today.PaidFollowers));
        Assert.Equal(-1, today.Reactions);
        Assert.Equal(24, today.Engagement);
    }

    [Fact]
    public async Task Past_days_need_no_number_of_followers()
    {
        var days = await DaysAsync(Today.AddDays(-20), Today.AddDays(-10));

        Assert.All(days, day => Assert.Null(day.Figures.Linkedin!.TotalFollowers));
        Assert.Empty(Fake.Of("GET", FakeLinkedIn.Page));
    }

    [Fact]
    public async Task Today_alone_is_asked_for_without_new_followers()
    {
        Assert.Single(await DaysAsync(Today, Today));
        Assert.Empty(Fake.Of("GET", "FollowerStatistics"));
    }

    [Fact]
    public async Task Ninety_days_are_five_requests()
    {
        Assert.Equal(90, (await DaysAsync(Today.AddDays(-89), Today)).Length);
        Assert.Equal(5, Fake.Requests.Length);
    }

    [Fact]
    public async Task Many_posts_are_counted_in_batches()
    {
        for (var post = 0; post < 250; post++)
        {
            Fake.Has($"{post}", Now.AddDays(-post / 10));
        }

        var days = await DaysAsync(Today.AddDays(-15), Today);

        Assert.Equal(Enumerable.Repeat(10L, 16), days.Select(day => day.Figures.Linkedin!.Posts!.Value));
        Assert.Equal(2, Fake.Of("GET", "/posts").Length);
    }

    [Theory]
    [InlineData("PageStatistics")]
    [InlineData(FakeLinkedIn.Page)]
    [InlineData("/posts")]
    public async Task A_permission_that_is_missing_leaves_out_its_figures(string path)
    {
        Fake.Next("GET", path, 403, new { status = 403, code = "ACCESS_DENIED", message = "Not enough permissions" });

        var today = (await DaysAsync(Today.AddDays(-5), Today))[^1].Figures.Linkedin!;

        Assert.Equal(240, today.Impressions);
        Assert.Equal(path == "PageStatistics", today.PageViews is null && today.PageInsights is null);
        Assert.Equal(path == FakeLinkedIn.Page, today.TotalFollowers is null);
        Assert.Equal(path == "/posts", today.Posts is null);
    }

    [Theory]
    [InlineData("ShareStatistics", 403, nameof(NetworkVerdict.Refused))]
    [InlineData("FollowerStatistics", 403, nameof(NetworkVerdict.Refused))]
    [InlineData("PageStatistics", 401, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(FakeLinkedIn.Page, 429, nameof(NetworkVerdict.RateLimited))]
    [InlineData("/posts", 500, nameof(NetworkVerdict.NotNow))]
    [InlineData("ShareStatistics", 426, nameof(NetworkVerdict.NotNow))]
    public async Task Figures_that_cannot_be_read_say_why(string path, int status, string verdict)
    {
        Fake.Next("GET", path, status, new { status, message = "m" });

        var result = await PageDaysAsync(Client<LinkedInMetrics>(), Today.AddDays(-5), Today);

        Assert.Equal(verdict, result.Verdict.ToString());
        Assert.NotNull(result.Message);
    }

    [Theory]
    [InlineData("LosesAnswer")]
    [InlineData("Garbage")]
    [InlineData("Html")]
    public async Task Figures_whose_answer_is_lost_can_be_asked_for_again(string fault)
    {
        Fake.Next("GET", "ShareStatistics", Enum.Parse<Fault>(fault));

        Assert.Equal(
            NetworkVerdict.NotNow, (await PageDaysAsync(Client<LinkedInMetrics>(), Today.AddDays(-5), Today)).Verdict);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_posts_figures_are_read(bool hasPicture)
    {
        var done = await PublishAsync(
            Client<LinkedInPublisher>(), Publication(hasPicture ? Post("Picture", await JpegAsync()) : Post("Text")));

        var figures = (await PostFiguresAsync(Client<LinkedInMetrics>(), done.RemoteId!)).Value!;

        Assert.StartsWith(hasPicture ? "urn:li:ugcPost:" : "urn:li:share:", done.RemoteId, StringComparison.Ordinal);
        Assert.Equal(new PostFigures(240, 37, 12) { Linkedin = new(240, 180, 20, 12, 3, 2) }, figures);
    }

    [Fact]
    public async Task A_post_that_nobody_has_seen_has_zeros()
    {
        var figures = await PostFiguresAsync(Client<LinkedInMetrics>(), Fake.Has("Unseen", Now));

        Assert.Equal(new PostFigures(0, 0, 0) { Linkedin = new(0, 0, 0, 0, 0, 0) }, figures.Value);
    }

    [Fact]
    public async Task A_post_that_is_gone_has_no_figures()
    {
        var gone = await PostFiguresAsync(Client<LinkedInMetrics>(), "urn:li:share:1");

        Assert.Equal((NetworkVerdict.Refused, "LinkedIn does not have the post any more."), (gone.Verdict, gone.Message));
    }

    [Fact]
    public async Task An_id_that_is_none_of_a_post_is_not_asked_about()
    {
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Client<LinkedInMetrics>(), "urn:li:activity:1")).Verdict);
        Assert.Empty(Fake.Requests);
    }
}
