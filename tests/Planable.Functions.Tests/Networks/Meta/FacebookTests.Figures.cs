using Planable.Networks;
using Planable.Networks.Meta;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed partial class FacebookTests
{
    [Fact]
    public async Task A_page_that_is_no_longer_connected_says_so()
    {
        var publication = Publication(Post());
        Fake.Expire();

        Assert.Equal(NetworkVerdict.GrantExpired, (await PublishAsync(Publisher, publication)).Verdict);
    }

    [Fact]
    public async Task A_video_and_the_page_s_token_go_to_no_other_host()
    {
        Fake.OtherHost = Elsewhere;

        var answer = await PublishAsync(Publisher, Publication(Post("Reel", await VideoAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
        Assert.Contains("not its own", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_comment_is_under_the_post()
    {
        var done = await PublishAsync(Publisher, Publication(Post()));

        var comment = await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First", Cancel);

        Assert.Equal(NetworkVerdict.Done, comment.Verdict);
        Assert.Equal([(done.RemoteId!, "First")], Fake.Comments);
    }

    [Fact]
    public async Task The_first_comment_is_under_the_reel()
    {
        var post = Post("Reel", await VideoAsync());
        var done = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, (await Publisher.CommentAsync(Publication(post), done.RemoteId!, "First", Cancel)).Verdict);
    }

    [Fact]
    public async Task A_comment_that_cannot_be_made_says_why()
    {
        Fake.Next("POST", "/comments", Fault.LosesAnswer);
        var lost = await Publisher.CommentAsync(Publication(Post()), "100_1", "First", Cancel);
        Fake.Next("POST", "/comments", 400, FakeFacebook.Error(368, 1_404_006));
        var check = await Publisher.CommentAsync(Publication(Post()), "100_1", "First", Cancel);
        var gone = await Publisher.CommentAsync(Publication(Post()), "100_5", "First", Cancel);
        var story = await Publisher.CommentAsync(Publication(Post() with { IsStory = true }), "5", "First", Cancel);

        Assert.Equal(
            (NetworkVerdict.Unknown, NetworkVerdict.Refused, NetworkVerdict.Refused), (lost.Verdict, gone.Verdict, story.Verdict));
        Assert.Equal("Facebook wants a security check before it takes comments.", check.Message);
    }

    [Fact]
    public async Task A_person_signs_in_and_offers_the_pages_on_which_they_can_post()
    {
        var network = Client<FacebookSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        Assert.Equal("/v25.0/dialog/oauth", address.AbsolutePath);
        Assert.Contains("pages_manage_posts", address.Query, StringComparison.Ordinal);
        Assert.Contains("state=state-1", address.Query, StringComparison.Ordinal);
        Assert.Equal("person-long", grant.AccessToken);
        Assert.Equal(["100", "101", "103"], offered.Select(one => one.Grant.Account));
        Assert.Equal(("Acme Coffee", "https://www.facebook.com/100"), (offered[0].Name, offered[0].Link));
        Assert.Equal(("page-token", "acme"), (offered[0].Grant.AccessToken, offered[0].Grant.Username));
        Assert.Equal((null, null), (offered[0].Grant.ExpiresAt, offered[0].Grant.RefreshToken));
        Assert.All(Fake.Requests, sent => Assert.DoesNotContain("secret", sent.Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_code_is_no_sign_in()
    {
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier");

        var answer = await Client<FacebookSignIn>().ExchangeAsync(Registered, request, "code-2", Cancel);

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
    }

    [Fact]
    public async Task Without_the_permission_to_post_there_are_no_pages()
    {
        Fake.PostPermission = "declined";

        var answer = await Client<FacebookSignIn>().AccountsAsync(Registered, new("person", "person-long"), Cancel);

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
        Assert.Contains("allow everything", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_pages_goes_on_at_no_other_host()
    {
        Fake.OtherHost = Elsewhere;

        var answer = await Client<FacebookSignIn>().AccountsAsync(Registered, new("person", "person-long"), Cancel);

        Assert.Equal(NetworkVerdict.NotNow, answer.Verdict);
    }

    [Fact]
    public async Task A_page_s_access_is_not_renewed_but_connected_anew() =>
        Assert.Equal(NetworkVerdict.GrantExpired, (await Client<FacebookSignIn>().RenewAsync(Registered, Grant, Cancel)).Verdict);

    [Fact]
    public async Task A_pages_figures_belong_to_the_day_before_their_end()
    {
        var days = (await PageDaysAsync(Client<FacebookMetrics>(), new(2026, 11, 1), new(2026, 11, 2))).Value!;

        Assert.Equal([new(2026, 11, 1), new(2026, 11, 2)], days.Select(day => day.Date));
        var first = days[0].Figures.Facebook!;
        Assert.Equal((1_230, 1_230, 33, 3), (first.Followers, first.TotalFollowers, first.GainedFollowers, first.UnFollows));
        Assert.Equal((80, 25, 15, 1), (first.Engagement, first.Reactions, first.PageViews, first.Posts));
        Assert.Equal((390, 300, 90), (first.Views, first.Organic!.Views, first.Paid!.Views));
        Assert.Null(first.PaidByAdAccount);
        var second = days[1].Figures.Facebook!;
        Assert.Equal((2, 210, 0), (second.Posts, second.Views, second.Paid!.Views));
        Assert.Equal(10, Fake.Requests.Length);
    }

    [Fact]
    public async Task A_first_sync_asks_for_no_more_days_than_Facebook_allows()
    {
        var answer = await PageDaysAsync(Client<FacebookMetrics>(), new(2026, 8, 5), new(2026, 11, 2));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(3, answer.Value!.Length);
    }

    [Fact]
    public async Task Views_of_ads_may_come_as_an_object()
    {
        Fake.HasViewsAsObject = true;

        var days = (await PageDaysAsync(Client<FacebookMetrics>(), new(2026, 11, 1), new(2026, 11, 1))).Value!;

        Assert.Equal((390, 300, 90), (
            days[0].Figures.Facebook!.Views, days[0].Figures.Facebook!.Organic!.Views, days[0].Figures.Facebook!.Paid!.Views));
    }

    [Fact]
    public async Task Metrics_that_have_ended_do_not_take_the_others_with_them()
    {
        Fake.DeadMetrics.UnionWith(
            ["page_daily_follows_unique", "page_daily_unfollows_unique", "page_actions_post_reactions_total", "page_media_view"]);

        var days = (await PageDaysAsync(Client<FacebookMetrics>(), new(2026, 11, 1), new(2026, 11, 2))).Value!;

        // The differences of the total, and the reactions to the posts of the day.
        var (first, second) = (days[0].Figures.Facebook!, days[1].Figures.Facebook!);
        Assert.Equal((30, 0, 0, 5), (first.GainedFollowers, first.UnFollows, second.GainedFollowers, second.UnFollows));
        Assert.Equal((1, 9), (first.Reactions, second.Reactions));
        Assert.Equal((0, null, 80), (first.Views, first.Organic, first.Engagement));
    }

    [Theory]
    [InlineData(190, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(80_001, nameof(NetworkVerdict.RateLimited))]
    [InlineData(2, nameof(NetworkVerdict.NotNow))]
    public async Task Figures_that_cannot_be_read_now_are_not_zero(int code, string verdict)
    {
        Fake.Next("GET", "/insights", 400, FakeFacebook.Error(code, 0));

        var answer = await PageDaysAsync(Client<FacebookMetrics>(), new(2026, 11, 1), new(2026, 11, 2));

        Assert.Equal(verdict, answer.Verdict.ToString());
    }

    [Fact]
    public async Task A_posts_figures_are_read()
    {
        var figures = (await PostFiguresAsync(Client<FacebookMetrics>(), "100_1")).Value!;

        Assert.Equal((240, 27, 12), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new(240, 180, 12, 5, 4, 6), figures.Facebook);
        Assert.Equal(2, Fake.Requests.Length);
    }

    [Fact]
    public async Task A_posts_figures_are_read_one_by_one_when_a_metric_has_ended()
    {
        Fake.DeadMetrics.Add("post_clicks");

        var figures = (await PostFiguresAsync(Client<FacebookMetrics>(), "100_1")).Value!;

        Assert.Equal(new(240, 180, 12, 5, 4, 0), figures.Facebook);
    }

    [Fact]
    public async Task A_reels_figures_are_read()
    {
        var done = await PublishAsync(Publisher, Publication(Post("Reel", await VideoAsync())));

        var figures = (await PostFiguresAsync(Client<FacebookMetrics>(), done.RemoteId!)).Value!;

        Assert.Equal(new(700, 180, 12, 3, 2, 6), figures.Facebook);
    }

    [Fact]
    public async Task A_post_that_is_gone_has_no_figures_and_disconnects_no_page()
    {
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Client<FacebookMetrics>(), "100_5")).Verdict);
        Assert.Equal(
            NetworkVerdict.Refused, (await PostFiguresAsync(Client<FacebookMetrics>(), "5", Post() with { IsStory = true })).Verdict);
    }
}
