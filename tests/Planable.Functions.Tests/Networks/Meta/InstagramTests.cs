using Planable.Networks;
using Planable.Networks.Meta;
using Planable.Networks.Metrics;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed class InstagramTests(AzuriteFixture azurite) : ContainerTests<FakeInstagram>(azurite)
{
    private protected override IPublisher Publisher => Client<InstagramPublisher>();

    private protected override INetworkSignIn SignIn => Client<InstagramSignIn>();

    private protected override string Edge => "media";

    InstagramMetrics Metrics => Client<InstagramMetrics>();

    static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task A_picture_is_handed_over_as_JPEG()
    {
        await PublishAsync(Publisher, Publication(Post("Picture", await PngAsync())));

        using var http = new HttpClient();
        var bytes = await http.GetByteArrayAsync(new Uri(Created[0].Form["image_url"]), Cancel);
        Assert.Equal([0xFF, 0xD8], bytes[..2]);
        Assert.False(Created[0].Form.ContainsKey("media_type"));
        Assert.Equal("Picture", Created[0].Form["caption"]);
    }

    [Fact]
    public async Task A_video_alone_is_a_reel_with_its_cover()
    {
        var post = Post("Film", await VideoAsync()) with { VideoThumbnail = await PngAsync() };

        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var form = Created[0].Form;
        Assert.Equal(("REELS", "Film", "true"), (form["media_type"], form["caption"], form["share_to_feed"]));
        Assert.Contains("cover_url", form.Keys);
    }

    [Theory]
    [InlineData(false, "image_url")]
    [InlineData(true, "video_url")]
    public async Task A_story_has_a_file_and_no_caption(bool isVideo, string field)
    {
        var post = Post("Not shown", isVideo ? await VideoAsync() : await JpegAsync()) with { IsStory = true };

        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal("STORIES", Created[0].Form["media_type"]);
        Assert.Contains(field, Created[0].Form.Keys);
        Assert.DoesNotContain("caption", Created[0].Form.Keys);
    }

    [Fact]
    public async Task A_story_whose_answer_is_lost_is_found_among_the_stories()
    {
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var post = Post("Not shown", await JpegAsync()) with { IsStory = true };
        await PublishAsync(Publisher, Publication(post));

        var found = await Publisher.FindAsync(Publication(post, SentHandle, TimeProvider.System.GetUtcNow()), Cancel);

        Assert.Equal((NetworkVerdict.Done, "1002"), (found.Verdict, found.RemoteId));
        Assert.Single(Fake.Of("GET", "/stories"));
    }

    [Fact]
    public async Task A_post_without_a_file_is_refused()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Words")));

        Assert.Equal((NetworkVerdict.Refused, 0), (answer.Verdict, Fake.Requests.Length));
    }

    [Fact]
    public async Task A_full_quota_is_a_rate_limit_before_anything_is_sent()
    {
        Fake.Quota = (50, 50);
        var post = await PictureAsync();

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.RateLimited, Fake.Prepared[0], 0), (answer.Verdict, answer.Handle, Sendings));
        Assert.NotNull(answer.RetryAfter);
        Fake.Quota = (49, 50);
        var later = await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Equal(NetworkVerdict.Done, later.Verdict);
        Assert.Single(Created);
    }

    [Fact]
    public async Task A_quota_that_is_not_told_can_be_asked_for_again()
    {
        Fake.Next("GET", "/content_publishing_limit", Fault.LosesRequest);

        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal((NetworkVerdict.NotNow, "1001", 0), (answer.Verdict, answer.Handle, Sendings));
    }

    [Fact]
    public async Task A_quota_that_Instagram_refuses_to_tell_keeps_no_post_back()
    {
        Fake.Next("GET", "/content_publishing_limit", 400, new { error = new { message = "m", type = "OAuthException", code = 100 } });

        Assert.Equal(NetworkVerdict.Done, (await PublishAsync(Publisher, Publication(await PictureAsync()))).Verdict);
    }

    [Theory]
    [InlineData("Error: Media upload has failed with error code 2207026", nameof(NetworkVerdict.Refused), "a video of this format")]
    [InlineData("Error: Media upload has failed with error code 2207053", nameof(NetworkVerdict.NotNow), "may work later")]
    [InlineData("Error: something else", nameof(NetworkVerdict.Refused), "could not prepare the media")]
    public async Task A_container_that_fails_says_why_and_is_made_anew(string reason, string verdict, string words)
    {
        Fake.Becomes = ("ERROR", reason);
        var post = Post("Film", await VideoAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((verdict, 0), (answer.Verdict.ToString(), Sendings));
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
        Fake.Becomes = null;
        var again = await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Equal((NetworkVerdict.Done, 2), (again.Verdict, Created.Length));
    }

    [Fact]
    public async Task The_first_comment_is_posted_under_the_media()
    {
        var done = await PublishAsync(Publisher, Publication(await PictureAsync()));

        var comment = await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First", Cancel);

        Assert.Equal(NetworkVerdict.Done, comment.Verdict);
        Assert.Equal([(done.RemoteId!, "First")], Fake.Comments);
    }

    [Fact]
    public async Task A_comment_is_refused_under_a_story_and_under_what_is_gone_and_unknown_without_an_answer()
    {
        var story = await Publisher.CommentAsync(Publication(Post() with { IsStory = true }), "1", "First", Cancel);
        var gone = await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel);
        Fake.Next("POST", "/comments", Fault.LosesAnswer);
        var lost = await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel);

        Assert.Equal(
            (NetworkVerdict.Refused, NetworkVerdict.Refused, NetworkVerdict.Unknown), (story.Verdict, gone.Verdict, lost.Verdict));
    }

    [Fact]
    public async Task An_accounts_days_have_all_figures()
    {
        Fake.Days.UnionWith([Today, Today.AddDays(-2)]);
        Fake.HasProfileViews = true;
        Fake.Has("Now", TimeProvider.System.GetUtcNow());

        var days = (await PageDaysAsync(Metrics, Today.AddDays(-3), Today)).Value!;

        Assert.Equal([Today.AddDays(-2), Today], days.Select(day => day.Date));
        var one = days[1].Figures.Instagram!;
        Assert.Equal((9, 4, 300, 1, 45), (one.GainedFollowers, one.UnFollows, one.Reach, one.Posts, one.Engagement));
        Assert.Equal((1_200L, false), (one.TotalFollowers, one.FollowersIncomplete));
        Assert.Equal((500L, 500L, 17L), (one.Impressions, one.Views, one.ProfileViews));
        Assert.Equal(new AudienceFigures(300, 150, 145), one.AccountsReachBreakdown);
        Assert.Equal(new InstagramEngagement(20, 10, 4, 5, 6), one.EngagementBreakdown);
        Assert.Equal(new InstagramBreakdown(new(125, 120, 0), new(120, 0, 120), new(30, 30, 0), new(25, 0, 25)), one.ReachBreakdown);
        Assert.Equal(one.ReachBreakdown, one.ViewsBreakdown);
        Assert.Equal(new AudienceFigures(500, 150, 145), one.ViewsAudienceBreakdown);
        Assert.Equal(new InstagramOrganic(275, 475), one.Organic);
        Assert.Null(one.Paid);
        // 9 came and 4 went today.
        Assert.Equal(1_195, days[0].Figures.Instagram!.TotalFollowers);
    }

    [Fact]
    public async Task A_metric_that_Instagram_does_not_know_is_asked_for_once()
    {
        Fake.Days.UnionWith([Today, Today.AddDays(-1), Today.AddDays(-2)]);
        Fake.SplitsViewsOtherwise = true;

        var days = (await PageDaysAsync(Metrics, Today.AddDays(-2), Today)).Value!;

        Assert.All(days, day => Assert.Equal((500L, null), (day.Figures.Instagram!.Views, day.Figures.Instagram.ProfileViews)));
        Assert.Single(Fake.Of("GET", "/insights"), one => one.Parameters["metric"] == "profile_views");
        Assert.Single(Fake.Of("GET", "/insights"), one => one.Query.Contains("follower_type", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_small_account_has_no_figures_of_who_came_and_went()
    {
        Fake.Days.UnionWith([Today, Today.AddDays(-1)]);
        Fake.Followers = 40;

        var days = (await PageDaysAsync(Metrics, Today.AddDays(-1), Today)).Value!;

        Assert.All(
            days, day => Assert.Equal((0, true), (day.Figures.Instagram!.GainedFollowers, day.Figures.Instagram.FollowersIncomplete)));
        Assert.Equal([null, 40L], days.Select(day => day.Figures.Instagram!.TotalFollowers));
        Assert.DoesNotContain(Fake.Of("GET", "/insights"), one => one.Parameters["metric"] == "follows_and_unfollows");
    }

    [Fact]
    public async Task Today_has_the_followers_before_it_has_other_figures()
    {
        var day = Assert.Single((await PageDaysAsync(Metrics, Today.AddDays(-1), Today)).Value!);

        Assert.Equal((Today, 1_200L), (day.Date, day.Figures.Instagram!.TotalFollowers));
    }

    [Fact]
    public async Task The_first_sync_asks_for_30_days_and_follows_no_address_in_an_answer()
    {
        Fake.Next("GET", "/17840/media", 200, new
        {
            data = new[] { new { id = "1", timestamp = $"{Today:yyyy-MM-dd}T00:00:00+0000" } },
            paging = new { next = "https://evil.example/steal", cursors = new { after = "cursor-1" } },
        });

        var answer = await PageDaysAsync(Metrics, Today.AddDays(-89), Today);

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.InRange(Fake.Of("GET", "/insights").Length, 90, 150);
        Assert.Equal("cursor-1", Fake.Of("GET", "/17840/media")[1].Parameters["after"]);
    }

    [Theory]
    [InlineData(4, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(190, 463, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(10, 0, nameof(NetworkVerdict.Refused))]
    [InlineData(2, 0, nameof(NetworkVerdict.NotNow))]
    public async Task A_failure_of_an_accounts_figures_is_told(int code, int subcode, string verdict)
    {
        Fake.Next("GET", "/insights", 400, new { error = new { message = "m", type = "OAuthException", code, error_subcode = subcode } });

        Assert.Equal(verdict, (await PageDaysAsync(Metrics, Today.AddDays(-5), Today)).Verdict.ToString());
    }

    [Fact]
    public async Task A_posts_figures_are_read()
    {
        var figures = (await PostFiguresAsync(Metrics, "1")).Value!;

        Assert.Equal((240, 21, 12), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new InstagramPost(240, 200, 12, 3, 2, 4), figures.Instagram);
    }

    [Fact]
    public async Task A_storys_figures_are_its_own()
    {
        var figures = (await PostFiguresAsync(Metrics, "1", Post() with { IsStory = true })).Value!;

        Assert.Equal((60, 5, 0), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new InstagramPost(60, 50, 0, 3, 2, 0), figures.Instagram);
    }

    [Fact]
    public async Task A_post_that_is_gone_has_no_figures_and_disconnects_no_page()
    {
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Metrics, "gone")).Verdict);
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Metrics, "small", Post() with { IsStory = true })).Verdict);
    }
}
