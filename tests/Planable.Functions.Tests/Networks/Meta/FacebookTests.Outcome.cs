using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed partial class FacebookTests
{
    [Fact]
    public async Task A_draft_that_the_app_cannot_publish_is_posted_without_a_draft_next()
    {
        Fake.RefusesToPublishDrafts = true;
        var post = Post("Hello", await JpegAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Done), (first.Verdict, second.Verdict));
        Assert.Equal(["Hello"], Fake.Visible);
        Assert.Empty(Fake.Drafts);
    }

    [Fact]
    public async Task A_video_that_the_app_cannot_publish_once_prepared_is_posted_at_once_next()
    {
        Fake.RefusesToPublishDrafts = true;
        var post = Post("Film", await FilmAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Fake.Next("POST", "/videos", Fault.LosesAnswer);
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(
            (NetworkVerdict.NotNow, NetworkVerdict.Unknown, NetworkVerdict.Done), (first.Verdict, second.Verdict, found.Verdict));
        Assert.Equal(["Film"], Fake.Visible);
    }

    [Theory]
    [InlineData(190, 463, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(32, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(100, 1_346_003, nameof(NetworkVerdict.Refused))]
    [InlineData(506, 0, nameof(NetworkVerdict.Refused))]
    [InlineData(2, 0, nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_publishing_a_draft_means_what_Facebook_says(int code, int subcode, string verdict)
    {
        var answer = await Publisher.PublishAsync(Publication(Post()), handle =>
        {
            Fake.Next("POST", "/" + handle!.Split(':')[1], 400, FakeFacebook.Error(code, subcode));
            return Task.CompletedTask;
        }, Cancel);

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.StartsWith("Post:100_", answer.Handle, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Fact]
    public async Task An_operator_can_do_without_drafts()
    {
        Fake.Extra.Add(("Networks:facebook:Drafts", "false"));

        Assert.Equal(NetworkVerdict.Done, (await PublishAsync(Publisher, Publication(Post("Hello")))).Verdict);
        Assert.True(Assert.Single(Fake.Of("POST", "/feed")).Json["published"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData(true, 0, nameof(NetworkVerdict.Done))]
    [InlineData(false, 0, nameof(NetworkVerdict.Done))]
    [InlineData(false, 1, nameof(NetworkVerdict.Unknown))]
    public async Task A_post_at_once_without_an_answer_is_looked_for_on_the_page(bool hasPicture, int lag, string outcome)
    {
        Fake.Extra.Add(("Networks:facebook:Drafts", "false"));
        Fake.Next("POST", "/feed", Fault.LosesAnswer);
        Fake.Lag = lag;
        Fake.Has("Hello", Now.AddDays(-2));
        var post = hasPicture ? Post("Hello", await JpegAsync(), await PngAsync()) : Post("Hello");

        Assert.Equal(NetworkVerdict.Unknown, (await PublishAsync(Publisher, Publication(post))).Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(outcome, found.Verdict.ToString());
    }

    [Fact]
    public async Task Pictures_that_are_in_a_post_already_mean_that_it_arrived()
    {
        Fake.Extra.Add(("Networks:facebook:Drafts", "false"));
        Fake.Next("POST", "/feed", Fault.LosesAnswer);
        var post = Post("Hello", await JpegAsync());
        await PublishAsync(Publisher, Publication(post));

        var again = await PublishAsync(Publisher, Publication(post, SentHandle, Now));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData("/photos", nameof(Fault.LosesAnswer))]
    [InlineData("/photos", nameof(Fault.Html))]
    [InlineData("/feed", nameof(Fault.LosesAnswer))]
    [InlineData("/feed", nameof(Fault.LosesRequest))]
    [InlineData("/feed", nameof(Fault.CutsAnswer))]
    public async Task What_fails_before_the_post_is_visible_can_be_repeated(string path, string fault)
    {
        Fake.Next("POST", path, Enum.Parse<Fault>(fault));
        var post = Post("Hello", await JpegAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
        Assert.Empty(Fake.Visible);
        var again = await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Equal(["Hello"], Fake.Visible);
    }

    [Fact]
    public async Task Pictures_are_not_uploaded_anew_when_only_the_draft_failed()
    {
        Fake.Next("POST", "/feed", 503, new { });
        var post = Post("Hello", await JpegAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Single(Fake.Of("POST", "/photos"));
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData("/videos")]
    [InlineData("/video_reels")]
    [InlineData("/video-upload")]
    public async Task A_video_that_did_not_reach_Facebook_can_be_repeated(string path)
    {
        if (path == "/video-upload")
        {
            Fake.Later = (1, Fault.LosesRequest);
        }
        else
        {
            Fake.Next("POST", path, Fault.LosesRequest);
        }

        var answer = await PublishAsync(
            Publisher, Publication(Post("Film", path == "/videos" ? await FilmAsync() : await VideoAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
    }

    [Theory]
    [InlineData("Post:100_5")]
    [InlineData("Photos:5,6")]
    [InlineData("Nonsense")]
    [InlineData("Post:")]
    public async Task What_Facebook_no_longer_has_is_prepared_anew(string handle)
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Hello", await JpegAsync()), handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Single(Fake.Of("POST", "/photos"));
    }
}
