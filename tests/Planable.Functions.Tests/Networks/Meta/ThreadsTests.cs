using Planable.Networks;
using Planable.Networks.Meta;
using Planable.Networks.Metrics;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed class ThreadsTests(AzuriteFixture azurite) : ContainerTests<FakeThreads>(azurite)
{
    private protected override IPublisher Publisher => Client<ThreadsPublisher>();

    private protected override INetworkSignIn SignIn => Client<ThreadsSignIn>();

    private protected override string Edge => "threads";

    ThreadsMetrics Metrics => Client<ThreadsMetrics>();

    static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task A_text_is_published_by_a_request_of_its_own()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Hello")));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(("TEXT", "Hello"), (Created[0].Form["media_type"], Created[0].Form["text"]));
        Assert.Equal(["Hello"], Fake.Visible);
    }

    [Theory]
    [InlineData(nameof(Planable.Content.Media.MediaFormat.Png), new byte[] { 0x89, 0x50 })]
    [InlineData(nameof(Planable.Content.Media.MediaFormat.Jpeg), new byte[] { 0xFF, 0xD8 })]
    public async Task A_picture_is_handed_over_in_its_format(string format, byte[] begin)
    {
        await PublishAsync(Publisher, Publication(Post("Picture", format == "Png" ? await PngAsync() : await JpegAsync())));

        using var http = new HttpClient();
        var bytes = await http.GetByteArrayAsync(new Uri(Created[0].Form["image_url"]), Cancel);
        Assert.Equal(begin, bytes[..2]);
        Assert.Equal(("IMAGE", "Picture"), (Created[0].Form["media_type"], Created[0].Form["text"]));
    }

    [Fact]
    public async Task A_video_is_a_video()
    {
        await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal("VIDEO", Created[0].Form["media_type"]);
        Assert.Equal(["Film"], Fake.Visible);
    }

    [Fact]
    public async Task A_story_is_refused() => Assert.Equal(
        NetworkVerdict.Refused,
        (await PublishAsync(Publisher, Publication(Post("S", await JpegAsync()) with { IsStory = true }))).Verdict);

    [Fact]
    public async Task A_full_quota_is_told_by_the_publishing_request()
    {
        Fake.IsFull = true;
        var post = Post("Hello");

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.RateLimited, SentHandle), (answer.Verdict, answer.Handle));
        Fake.IsFull = false;
        var later = await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Equal(NetworkVerdict.Done, later.Verdict);
        Assert.Single(Created);
    }

    [Theory]
    [InlineData("FAILED_DOWNLOADING_VIDEO", nameof(NetworkVerdict.NotNow))]
    [InlineData("FAILED_PROCESSING_VIDEO", nameof(NetworkVerdict.NotNow))]
    [InlineData("UNKNOWN", nameof(NetworkVerdict.NotNow))]
    [InlineData("INVALID_DURATION", nameof(NetworkVerdict.Refused))]
    [InlineData("INVALID_FRAME_RATE", nameof(NetworkVerdict.Refused))]
    [InlineData("INVALID_ASPEC_RATIO", nameof(NetworkVerdict.Refused))]
    [InlineData("SOMETHING_NEW", nameof(NetworkVerdict.Refused))]
    public async Task A_container_that_fails_says_why_and_is_made_anew(string reason, string verdict)
    {
        Fake.Becomes = ("ERROR", reason);
        var post = Post("Film", await VideoAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((verdict, 0), (answer.Verdict.ToString(), Sendings));
        Assert.DoesNotContain(reason, answer.Message, StringComparison.Ordinal);
        Fake.Becomes = null;
        var again = await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Equal((NetworkVerdict.Done, 2), (again.Verdict, Created.Length));
    }

    [Fact]
    public async Task The_first_comment_is_a_reply()
    {
        var done = await PublishAsync(Publisher, Publication(Post("Hello")));

        var comment = await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First", Cancel);

        Assert.Equal(NetworkVerdict.Done, comment.Verdict);
        Assert.Equal([done.RemoteId!], Fake.ReplyTo);
    }

    [Fact]
    public async Task A_reply_is_unknown_only_if_its_publishing_request_got_no_answer()
    {
        var done = await PublishAsync(Publisher, Publication(Post("Hello")));
        Fake.Next("POST", "/threads", Fault.LosesAnswer);
        var early = await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First", Cancel);
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var late = await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First", Cancel);

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Unknown), (early.Verdict, late.Verdict));
    }

    [Fact]
    public async Task A_profiles_days_have_all_figures()
    {
        Fake.Days.UnionWith([Today, Today.AddDays(-2)]);

        var days = (await PageDaysAsync(Metrics, Today.AddDays(-89), Today)).Value!;

        Assert.Equal([Today.AddDays(-2), Today], days.Select(day => day.Date));
        Assert.Equal(new ThreadsPage(70, 5, 4, 3, 2), days[0].Figures.Threads);
        Assert.Equal(90, Fake.Of("GET", "/threads_insights").Length);
    }

    [Theory]
    [InlineData(4, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(190, 463, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(2, 0, nameof(NetworkVerdict.NotNow))]
    public async Task A_failure_of_a_profiles_figures_is_told(int code, int subcode, string verdict)
    {
        Fake.Next(
            "GET", "/threads_insights", 400, new { error = new { message = "m", type = "OAuthException", code, error_subcode = subcode } });

        Assert.Equal(verdict, (await PageDaysAsync(Metrics, Today.AddDays(-5), Today)).Verdict.ToString());
    }

    [Fact]
    public async Task A_posts_figures_are_read()
    {
        var figures = (await PostFiguresAsync(Metrics, "1")).Value!;

        Assert.Equal((240, 22, 12), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new ThreadsPost(240, 12, 3, 2, 1), figures.Threads);
    }

    [Fact]
    public async Task A_post_that_is_gone_has_no_figures_and_disconnects_no_page() =>
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Metrics, "gone")).Verdict);
}
