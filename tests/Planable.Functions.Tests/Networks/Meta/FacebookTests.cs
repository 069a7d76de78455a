using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Meta;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed partial class FacebookTests(AzuriteFixture azurite) : NetworkGround<FakeFacebook>(azurite)
{
    const string Elsewhere = "http://127.0.0.2:9";

    FacebookPublisher Publisher => Client<FacebookPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    Task<PostMedia> FilmAsync() => VideoAsync(width: 1_920, height: 1_080);

    [Fact]
    public async Task A_text_is_a_draft_first_and_then_published()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Hello")));

        Assert.Equal((NetworkVerdict.Done, 1), (answer.Verdict, Sendings));
        Assert.Equal($"https://www.facebook.com/acme/posts/{answer.RemoteId}", answer.Link);
        Assert.Equal($"Post:{answer.RemoteId}", SentHandle);
        Assert.Equal(["Hello"], Fake.Visible);
        var draft = Fake.Of("POST", "/feed")[0].Json;
        Assert.Equal(("DRAFT", false), (draft.Text("unpublished_content_type"), draft["published"]!.GetValue<bool>()));
        Assert.Equal(["message", "published", "unpublished_content_type"], draft.Names());
        Assert.All(Fake.Requests, sent => Assert.DoesNotContain("token", sent.Query, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Read https://example.com/a and https://example.com/b", "https://example.com/a")]
    [InlineData("See https://www.facebook.com/acme", null)]
    [InlineData("Read example.com", null)]
    public async Task The_first_link_of_a_text_has_a_preview_unless_it_is_to_Facebook(string text, string? link)
    {
        var answer = await PublishAsync(Publisher, Publication(Post(text)));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(link, Fake.Of("POST", "/feed")[0].Json["link"]?.GetValue<string>());
    }

    [Fact]
    public async Task One_picture_is_fetched_by_Facebook_before_the_post_has_it()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal("false", Assert.Single(Fake.Of("POST", "/photos")).Form["published"]);
        Assert.Single(Fake.Of("POST", "/feed")[0].Json["attached_media"]!.AsArray());
    }

    [Fact]
    public async Task Several_pictures_keep_their_order_and_need_no_text()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("", await JpegAsync(), await PngAsync(), await GifAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(3, Fake.Of("POST", "/photos").Length);
        var ids = Fake.Of("POST", "/feed")[0].Json["attached_media"]!.AsArray().Select(one => one!.Text("media_fbid")).ToArray();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Null(Fake.Of("POST", "/feed")[0].Json["message"]);
    }

    [Fact]
    public async Task A_GIF_alone_is_posted_as_a_video()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Moving", await GifAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Single(Fake.Of("POST", "/videos"));
        Assert.Equal(["Moving"], Fake.Visible);
    }

    [Fact]
    public async Task A_wide_video_is_processed_before_it_is_published()
    {
        Fake.Polls = 1;
        var post = Post("Film", await FilmAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, 0), (first.Verdict, Sendings));
        Assert.True(first.RetryAfter > TimeSpan.Zero);
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal((NetworkVerdict.Done, 1), (second.Verdict, Sendings));
        Assert.Equal($"https://www.facebook.com/acme/videos/{second.RemoteId}/", second.Link);
        Assert.Equal("Film", Assert.Single(Fake.Of("POST", "/videos")).Form["description"]);
        Assert.Equal(["Film"], Fake.Visible);
    }

    [Fact]
    public async Task An_upright_short_video_is_a_reel()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Reel", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Done, 1), (answer.Verdict, Sendings));
        Assert.Equal("https://www.facebook.com/reel/" + answer.RemoteId, answer.Link);
        Assert.Equal($"Reel:{answer.RemoteId}", SentHandle);
        Assert.Equal(["start", "finish"], Fake.Of("POST", "/video_reels").Select(one => one.Form["upload_phase"]));
        var upload = Assert.Single(Fake.Requests, one => one.Headers.ContainsKey("file_url"));
        Assert.Equal("OAuth page-token", upload.Headers.Authorization.ToString());
        Assert.Equal(["Reel"], Fake.Visible);
    }

    [Theory]
    [InlineData(10, 1_080, 1_080)]
    [InlineData(2, 1_080, 1_920)]
    [InlineData(91, 1_080, 1_920)]
    [InlineData(10, 360, 640)]
    public async Task A_video_that_cannot_be_a_reel_is_a_video_of_the_feed(double seconds, int width, int height)
    {
        var answer = await PublishAsync(
            Publisher, Publication(Post("Film", await VideoAsync(seconds: seconds, width: width, height: height))));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Empty(Fake.Of("POST", "/video_reels"));
    }

    [Fact]
    public async Task A_reel_in_process_is_not_uploaded_anew()
    {
        Fake.Polls = 2;
        var post = Post("Reel", await VideoAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));
        var third = await PublishAsync(Publisher, Publication(post, second.Handle));

        Assert.Equal(
            (NetworkVerdict.NotReady, NetworkVerdict.NotReady, NetworkVerdict.Done), (first.Verdict, second.Verdict, third.Verdict));
        Assert.Single(Fake.Requests, one => one.Headers.ContainsKey("file_url"));
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_thumbnail_is_set_before_the_video_is_published()
    {
        var post = Post("Film", await FilmAsync()) with { VideoThumbnail = await JpegAsync() };

        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Single(Fake.Of("POST", "/thumbnails"));
    }

    [Fact]
    public async Task A_thumbnail_that_Facebook_does_not_take_does_not_hold_up_the_video()
    {
        Fake.Next("POST", "/thumbnails", 400, FakeFacebook.Error(100, 0));
        var post = Post("Film", await FilmAsync()) with { VideoThumbnail = await JpegAsync() };

        Assert.Equal(NetworkVerdict.Done, (await PublishAsync(Publisher, Publication(post))).Verdict);
    }

    [Fact]
    public async Task A_video_that_cannot_be_processed_is_refused()
    {
        Fake.FailsProcessing = true;

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await FilmAsync())));

        Assert.Equal((NetworkVerdict.Refused, 0), (answer.Verdict, Sendings));
    }

    [Fact]
    public async Task A_picture_can_be_a_story()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("", await JpegAsync()) with { IsStory = true }));

        Assert.Equal((NetworkVerdict.Done, 1), (answer.Verdict, Sendings));
        Assert.Equal("https://www.facebook.com/stories/" + answer.RemoteId, answer.Link);
        Assert.Equal($"Photos:{Fake.Of("POST", "/photo_stories")[0].Form["photo_id"]}", SentHandle);
        Assert.Empty(Fake.Of("POST", "/feed"));
    }

    [Fact]
    public async Task A_video_can_be_a_story()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("", await VideoAsync()) with { IsStory = true }));

        Assert.Equal((NetworkVerdict.Done, 1), (answer.Verdict, Sendings));
        Assert.Equal(["start", "finish"], Fake.Of("POST", "/video_stories").Select(one => one.Form["upload_phase"]));
        Assert.Equal(["story"], Fake.Visible);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer), nameof(NetworkVerdict.Done))]
    [InlineData(nameof(Fault.CutsAnswer), nameof(NetworkVerdict.Done))]
    [InlineData(nameof(Fault.Garbage), nameof(NetworkVerdict.Done))]
    [InlineData(nameof(Fault.Html), nameof(NetworkVerdict.Done))]
    [InlineData(nameof(Fault.LosesRequest), nameof(NetworkVerdict.Refused))]
    public async Task Whether_a_post_without_an_answer_arrived_is_certain(string fault, string outcome)
    {
        var post = Post("Hello");
        var draft = await Publisher.PublishAsync(Publication(post), _ => throw new OperationCanceledException(), Cancel)
            .ContinueWith(_ => Fake.Drafts[0], Cancel, TaskContinuationOptions.None, TaskScheduler.Default);
        Fake.Next("POST", "/v25.0/" + draft, Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(post, "Post:" + draft));
        Assert.Equal((NetworkVerdict.Unknown, 1), (answer.Verdict, Sendings));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Assert.Equal(outcome, found.Verdict.ToString());
        var again = await PublishAsync(Publisher, Publication(post, SentHandle, Now));

        Assert.Equal((NetworkVerdict.Done, draft), (again.Verdict, again.RemoteId));
        Assert.Equal(["Hello"], Fake.Visible);
        Assert.Single(Fake.Of("POST", "/feed"));
    }

    [Theory]
    [InlineData("video", nameof(Fault.LosesAnswer), nameof(NetworkVerdict.Done))]
    [InlineData("video", nameof(Fault.LosesRequest), nameof(NetworkVerdict.Refused))]
    [InlineData("reel", nameof(Fault.CutsAnswer), nameof(NetworkVerdict.Done))]
    [InlineData("reel", nameof(Fault.LosesRequest), nameof(NetworkVerdict.Refused))]
    [InlineData("story", nameof(Fault.Html), nameof(NetworkVerdict.Done))]
    [InlineData("story", nameof(Fault.LosesRequest), nameof(NetworkVerdict.Refused))]
    public async Task Whether_a_video_without_an_answer_arrived_is_certain(string kind, string fault, string outcome)
    {
        Fake.Polls = 1;
        var post = Post("Film", kind == "video" ? await FilmAsync() : await VideoAsync()) with { IsStory = kind == "story" };
        var begun = await PublishAsync(Publisher, Publication(post));
        Fake.Next(
            "POST", kind switch { "video" => begun.Handle!.Split(':')[1], "reel" => "/video_reels", _ => "/video_stories" },
            Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(post, begun.Handle));
        Assert.Equal((NetworkVerdict.Unknown, 1), (answer.Verdict, Sendings));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Assert.Equal(outcome, found.Verdict.ToString());
        var again = await PublishAsync(Publisher, Publication(post, SentHandle, Now));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer), 0, nameof(NetworkVerdict.Done))]
    [InlineData(nameof(Fault.LosesAnswer), 1, nameof(NetworkVerdict.Unknown))]
    [InlineData(nameof(Fault.LosesRequest), 0, nameof(NetworkVerdict.Unknown))]
    public async Task A_story_of_a_picture_without_an_answer_is_found_by_its_picture(string fault, int lag, string outcome)
    {
        Fake.Next("POST", "/photo_stories", Enum.Parse<Fault>(fault));
        Fake.Lag = lag;
        var post = Post("", await JpegAsync()) with { IsStory = true };

        Assert.Equal(NetworkVerdict.Unknown, (await PublishAsync(Publisher, Publication(post))).Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(outcome, found.Verdict.ToString());
    }

    [Fact]
    public async Task A_page_whose_app_cannot_make_drafts_gets_its_post_at_once()
    {
        Fake.RefusesDrafts = true;

        var answer = await PublishAsync(Publisher, Publication(Post("Hello", await JpegAsync())));

        Assert.Equal((NetworkVerdict.Done, 1), (answer.Verdict, Sendings));
        Assert.StartsWith("Photos:", SentHandle, StringComparison.Ordinal);
        Assert.Single(Fake.Of("POST", "/photos"));
        Assert.Equal(["Hello"], Fake.Visible);
    }
}
