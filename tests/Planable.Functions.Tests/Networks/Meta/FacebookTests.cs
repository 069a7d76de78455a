using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Meta;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed class FacebookTests(AzuriteFixture azurite) : NetworkGround<FakeFacebook>(azurite)
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

    [Theory]
    [InlineData("Video:5", false)]
    [InlineData("Reel:5", false)]
    [InlineData("Photos:5", true)]
    public async Task Media_that_Facebook_no_longer_has_are_uploaded_anew(string handle, bool isStory)
    {
        var media = handle.StartsWith("Photos", StringComparison.Ordinal) ? await JpegAsync() : await VideoAsync();

        var answer = await PublishAsync(Publisher, Publication(Post("", media) with { IsStory = isStory }, handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData("Post:100_5")]
    [InlineData("Video:5")]
    [InlineData("Reel:5")]
    public async Task What_was_deleted_may_have_been_published(string handle) =>
        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(Post(), handle, Now), Cancel)).Verdict);

    [Theory]
    [InlineData(400, 190, 463, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(400, 190, 458, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(400, 190, 460, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(400, 190, 492, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(400, 102, 0, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(403, 200, 1_404_078, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(403, 10, 2, nameof(NetworkVerdict.Refused))]
    [InlineData(403, 200, 2, nameof(NetworkVerdict.Refused))]
    [InlineData(403, 283, 2, nameof(NetworkVerdict.Refused))]
    [InlineData(403, 200, 4_854_002, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 4, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 17, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 32, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 613, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 80_001, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 368, 1_390_008, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 368, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 506, 0, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 1_366_046, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 2_069_019, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 1_346_003, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 1_404_102, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 1_349_125, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 2_061_006, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 1_609_008, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 1_363_047, nameof(NetworkVerdict.Refused))]
    [InlineData(400, -1, 1_609_010, nameof(NetworkVerdict.Unknown))]
    [InlineData(500, 1, 0, nameof(NetworkVerdict.Unknown))]
    [InlineData(500, 2, 0, nameof(NetworkVerdict.Unknown))]
    [InlineData(400, 2, 0, nameof(NetworkVerdict.Unknown))]
    [InlineData(502, 0, 0, nameof(NetworkVerdict.Unknown))]
    [InlineData(503, 0, 0, nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_the_publishing_request_means_what_Facebook_says(int status, int code, int subcode, string verdict)
    {
        Fake.Polls = 1;
        var post = Post("Reel", await VideoAsync());
        var begun = await PublishAsync(Publisher, Publication(post));
        Fake.Next("POST", "/video_reels", status, code == 0 ? "<html></html>" : FakeFacebook.Error(code, subcode));

        var answer = await PublishAsync(Publisher, Publication(post, begun.Handle));

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.Contains("Facebook", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("page-token", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("raw words", answer.Message, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, false)]
    [InlineData(5_000, 0, true)]
    [InlineData(-1, 1_363_047, false)]
    public async Task A_passing_fault_before_the_post_is_visible_can_be_repeated(int code, int subcode, bool isTransient)
    {
        Fake.Next("POST", "/feed", 400, FakeFacebook.Error(code, subcode, isTransient));

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
    }

    [Theory]
    [InlineData("""{"100":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":25}]}""", 25)]
    [InlineData("nonsense", 60)]
    [InlineData("", 60)]
    public async Task A_rate_limit_lasts_as_long_as_Facebook_says(string header, int minutes)
    {
        Fake.Next("POST", "/feed", 400, FakeFacebook.Error(80_001, 0), ("X-Business-Use-Case-Usage", header));

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal((NetworkVerdict.RateLimited, TimeSpan.FromMinutes(minutes)), (answer.Verdict, answer.RetryAfter));
    }

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
