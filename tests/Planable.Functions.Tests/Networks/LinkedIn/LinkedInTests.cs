using System.Text.Json.Nodes;
using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.LinkedIn;

namespace Planable.Functions.Tests.Networks.LinkedIn;

public sealed class LinkedInTests(AzuriteFixture azurite) : NetworkGround<FakeLinkedIn>(azurite)
{
    LinkedInPublisher Publisher => Client<LinkedInPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    JsonNode Sent => Fake.Of("POST", "/rest/posts")[^1].Json;

    [Fact]
    public async Task A_text_is_posted_once_and_its_link_is_known()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Hello")));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.StartsWith("urn:li:share:", answer.RemoteId, StringComparison.Ordinal);
        Assert.Equal("https://www.linkedin.com/feed/update/" + answer.RemoteId, answer.Link);
        Assert.Equal(["Hello"], Fake.Visible);
        Assert.Equal((1, (string?)null), (Sendings, SentHandle));
        Assert.Equal(
            ["author", "commentary", "distribution", "isReshareDisabledByAuthor", "lifecycleState", "visibility"], Sent.Names());
        Assert.Equal("202607", Fake.Of("POST", "/rest/posts")[0].Headers["LinkedIn-Version"]);
    }

    [Theory]
    [InlineData("Plain text, nothing special: 50% & more!", "Plain text, nothing special: 50% & more!")]
    [InlineData(@"a (b) [c] {d} <e> f|g *h* _i_ ~j~ k@l \m", @"a \(b\) \[c\] \{d\} \<e\> f\|g \*h\* \_i\_ \~j\~ k\@l \\m")]
    [InlineData("News #Coffee, #café_2 and #2026plan", @"News {hashtag|\#|Coffee}, {hashtag|\#|café\_2} and {hashtag|\#|2026plan}")]
    [InlineData("C# is #1 # &#39; and a#b", @"C\# is \#1 \# &\#39; and a\#b")]
    [InlineData("https://example.com/a_b?x=#part (see)", @"https://example.com/a\_b?x=\#part \(see\)")]
    public async Task A_text_arrives_as_it_was_written(string text, string commentary)
    {
        var post = Post(text);

        await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, null, Now), Cancel);

        Assert.Equal(commentary, Sent.Text("commentary"));
        Assert.Equal([text], Fake.Visible);
        Assert.Equal(NetworkVerdict.Done, found.Verdict);
    }

    [Fact]
    public async Task One_picture_is_uploaded_before_the_post_names_it()
    {
        var post = Post("One", await JpegAsync());
        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(SentHandle, Sent["content"]!["media"]!.Text("id"));
        Assert.StartsWith("urn:li:image:", SentHandle, StringComparison.Ordinal);
        Assert.Equal($"{post.Media[0].Size}", Assert.Single(Fake.Requests, one => one.Method == "PUT").Body);
    }

    [Fact]
    public async Task Several_pictures_are_shown_in_their_order()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Three", await JpegAsync(), await PngAsync(), await GifAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(SentHandle!.Split(','), Sent["content"]!["multiImage"]!["images"]!.AsArray().Select(one => one!.Text("id")));
        Assert.Equal(3, Fake.Requests.Count(one => one.Method == "PUT"));
    }

    [Fact]
    public async Task A_GIF_is_a_picture()
    {
        await PublishAsync(Publisher, Publication(Post("Moving", await GifAsync())));

        Assert.StartsWith("urn:li:image:", Sent["content"]!["media"]!.Text("id"), StringComparison.Ordinal);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_video_is_uploaded_in_the_parts_that_LinkedIn_asks_for()
    {
        var post = Post("Film", await VideoAsync(bytes: 9 * 1024 * 1024)) with { LinkedinVideoTitle = "Our film" };

        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.StartsWith("urn:li:ugcPost:", answer.RemoteId, StringComparison.Ordinal);
        Assert.Equal(["4194304", "4194304", "1048576"], Fake.Requests.Where(one => one.Method == "PUT").Select(one => one.Body));
        Assert.Equal("Our film", Sent["content"]!["media"]!.Text("title"));
        Assert.False(Fake.Of("POST", "/videos")[0].Json["initializeUploadRequest"]!["uploadThumbnail"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_video_without_a_title_has_none()
    {
        await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync()) with { LinkedinVideoTitle = "" }));

        Assert.Equal(["id"], Sent["content"]!["media"]!.Names());
    }

    [Fact]
    public async Task A_video_gets_its_thumbnail()
    {
        var post = Post("Film", await VideoAsync()) with { VideoThumbnail = await JpegAsync() };

        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var sent = Assert.Single(Fake.Requests, one => one.Path.Contains("/thumbnail/", StringComparison.Ordinal));
        Assert.Equal(($"{post.VideoThumbnail.Size}", (string?)null), (sent.Body, sent.Bearer));
    }

    [Fact]
    public async Task A_video_that_is_still_prepared_is_not_uploaded_anew()
    {
        Fake.Polls = 1;
        var post = Post("Film", await VideoAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, 0), (first.Verdict, Sendings));
        Assert.StartsWith("urn:li:video:", first.Handle, StringComparison.Ordinal);
        Assert.NotNull(first.RetryAfter);
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Equal(2, Fake.Of("POST", "/videos").Length);
        Assert.Equal(first.Handle, SentHandle);
    }

    [Fact]
    public async Task Media_that_LinkedIn_no_longer_has_is_uploaded_anew()
    {
        Fake.Polls = 1;
        var post = Post("Picture", await JpegAsync());
        var first = await PublishAsync(Publisher, Publication(post));
        Fake.Forget();
        Fake.Polls = 0;

        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.NotEqual(first.Handle, SentHandle);
    }

    [Fact]
    public async Task An_app_that_may_not_read_media_posts_all_the_same()
    {
        Fake.HidesMedia = true;

        Assert.Equal(NetworkVerdict.Done, (await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())))).Verdict);
    }

    [Fact]
    public async Task An_app_that_may_not_read_media_tries_again_later_if_the_post_comes_too_early()
    {
        (Fake.HidesMedia, Fake.Polls) = (true, 1);
        var post = Post("Film", await VideoAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        (Fake.HidesMedia, Fake.Polls) = (false, 0);
        await PublishAsync(Publisher, Publication(post, first.Handle));
        var third = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal((NetworkVerdict.NotNow, "LinkedIn is still preparing the media."), (first.Verdict, first.Message));
        Assert.Equal(NetworkVerdict.Done, third.Verdict);
        Assert.Equal(2, Fake.Of("POST", "/videos").Length);
    }

    [Fact]
    public async Task A_file_that_LinkedIn_cannot_process_is_refused_and_uploaded_anew_the_next_time()
    {
        Fake.FailsProcessing = true;

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Refused, null, "LinkedIn could not process the video."), (answer.Verdict, answer.Handle, answer.Message));
        Assert.Equal(0, Sendings);
    }

    [Fact]
    public async Task A_video_cannot_be_combined_with_pictures()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Both", await JpegAsync(), await VideoAsync())));

        Assert.Equal((NetworkVerdict.Refused, 0, 0), (answer.Verdict, Sendings, Fake.Requests.Length));
    }

    [Theory]
    [InlineData("https://uploads.example.com")]
    [InlineData("https://linkedin.com.example.com")]
    [InlineData("http://www.linkedin.com")]
    public async Task Neither_bytes_nor_the_token_go_to_another_host(string host)
    {
        Fake.Uploads = host;

        var image = await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));
        var video = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.NotNow), (image.Verdict, video.Verdict));
        Assert.Equal("LinkedIn named an address for the upload that is not its own.", image.Message);
        Assert.Equal(0, Sendings);
    }

    [Theory]
    [InlineData("/rest/images", nameof(Fault.LosesRequest))]
    [InlineData("/rest/images", nameof(Fault.LosesAnswer))]
    [InlineData("/rest/images", nameof(Fault.CutsAnswer))]
    [InlineData("/rest/images", nameof(Fault.Html))]
    public async Task A_request_before_the_post_that_is_lost_can_be_repeated(string path, string fault)
    {
        Fake.Next("POST", path, Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
    }

    [Fact]
    public async Task A_fault_of_LinkedIn_after_the_uploads_leaves_them_to_be_used()
    {
        var post = Post("Picture", await JpegAsync());
        Fake.Later = (2, Fault.LosesAnswer);

        var first = await PublishAsync(Publisher, Publication(post));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Done), (first.Verdict, second.Verdict));
        Assert.Single(Fake.Of("POST", "/rest/images"));
        Assert.Equal(first.Handle, SentHandle);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_text_whose_answer_is_lost_is_found_in_the_pages_list(string fault)
    {
        Fake.Next("POST", "/rest/posts", Enum.Parse<Fault>(fault));
        var post = Post("See  (this) #news");

        var answer = await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Unknown, NetworkVerdict.Done, 1), (answer.Verdict, found.Verdict, Sendings));
        Assert.StartsWith("urn:li:share:", found.RemoteId, StringComparison.Ordinal);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_post_whose_answer_is_lost_is_found_by_its_pictures(int pictures)
    {
        Fake.Next("POST", "/rest/posts", Fault.LosesAnswer);
        var post = Post("Same text", [.. await Task.WhenAll(Enumerable.Range(0, pictures).Select(_ => JpegAsync()))]);

        var answer = await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        var other = await Publisher.FindAsync(Publication(post, "urn:li:image:other", Now), Cancel);

        Assert.Equal(SentHandle, answer.Handle);
        Assert.Equal((NetworkVerdict.Done, NetworkVerdict.Unknown), (found.Verdict, other.Verdict));
    }

    [Fact]
    public async Task An_older_post_with_the_same_text_is_not_taken_for_this_one()
    {
        Fake.Has("Hello", Now.AddHours(-2));
        Fake.Has("Hello \\(there\\)", Now);

        var found = await Publisher.FindAsync(Publication(Post("Hello"), null, Now), Cancel);

        Assert.Equal(NetworkVerdict.Unknown, found.Verdict);
    }

    [Fact]
    public async Task A_text_whose_links_LinkedIn_has_shortened_is_found()
    {
        var urn = Fake.Has(@"Read @[Acme](urn:li:organization:1) at https://lnkd.in/abc {hashtag|\#|news}", Now);

        var found = await Publisher.FindAsync(Publication(Post("Read Acme at https://example.com/a/b?c=d #news"), null, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, urn), (found.Verdict, found.RemoteId));
    }

    [Fact]
    public async Task A_post_that_the_list_does_not_have_may_still_be_there()
    {
        Fake.Next("POST", "/rest/posts", Fault.LosesAnswer);
        Fake.Lag = 1;
        var post = Post();

        await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(post, null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_says_nothing_about_the_post()
    {
        Fake.Next("GET", "/rest/posts", 503);

        Assert.Equal(NetworkVerdict.NotNow, (await Publisher.FindAsync(Publication(Post(), null, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_duplicate_is_the_post_whose_answer_was_lost()
    {
        var post = Post("Once", await JpegAsync());
        Fake.Next("POST", "/rest/posts", Fault.LosesAnswer);
        Fake.Lag = 1;
        await PublishAsync(Publisher, Publication(post));

        var again = await PublishAsync(Publisher, Publication(post, SentHandle, Now));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.StartsWith("urn:li:ugcPost:", again.RemoteId, StringComparison.Ordinal);
        Assert.Equal("https://www.linkedin.com/feed/update/" + again.RemoteId, again.Link);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_duplicate_of_another_post_is_refused()
    {
        Fake.Has("Daily special", Now.AddHours(-3));

        var answer = await PublishAsync(Publisher, Publication(Post("Daily special")));

        Assert.Equal(
            (NetworkVerdict.Refused, "LinkedIn does not take it, because the page has posted the same a short time ago."),
            (answer.Verdict, answer.Message));
    }

    [Fact]
    public async Task A_duplicate_that_LinkedIn_does_not_show_may_be_this_post()
    {
        Fake.Has("Ghost", Now);
        Fake.HidesPosts = true;

        Assert.Equal(NetworkVerdict.Unknown, (await PublishAsync(Publisher, Publication(Post("Ghost")))).Verdict);
    }

    [Fact]
    public async Task A_duplicate_without_a_name_is_looked_for()
    {
        var urn = Fake.Has("Once", Now);
        Fake.Next("POST", "/rest/posts", 422, new { status = 422, errorDetails = new { inputErrors = new[] { new { code = "DUPLICATE_POST" } } } });

        var answer = await PublishAsync(Publisher, Publication(Post("Once")));

        Assert.Equal((NetworkVerdict.Done, urn), (answer.Verdict, answer.RemoteId));
    }

    [Theory]
    [InlineData(400, "INVALID_VALUE_FOR_FIELD", "commentary can't be set to x", nameof(NetworkVerdict.Refused))]
    [InlineData(400, "FIELD_LENGTH_TOO_LONG", "length 3001", nameof(NetworkVerdict.Refused))]
    [InlineData(400, "INVALID_VALUE_BLANK_FIELD", "can't be blank", nameof(NetworkVerdict.Refused))]
    [InlineData(400, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset failed processing", nameof(NetworkVerdict.Refused))]
    [InlineData(400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload", nameof(NetworkVerdict.NotNow))]
    [InlineData(400, "INVALID_IMAGE_ID", "This Image ID is invalid", nameof(NetworkVerdict.NotNow))]
    [InlineData(400, "VERSION_MISSING", "A version must be present", nameof(NetworkVerdict.NotNow))]
    [InlineData(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired access-1", nameof(NetworkVerdict.GrantExpired))]
    [InlineData(403, "ACCESS_DENIED", "Not enough permissions to access: posts.CREATE", nameof(NetworkVerdict.Refused))]
    [InlineData(403, "ACCESS_DENIED", "Accessing this image resource is forbidden", nameof(NetworkVerdict.NotNow))]
    [InlineData(404, "NOT_FOUND", "Could not find entity", nameof(NetworkVerdict.Refused))]
    [InlineData(409, "CONFLICT", "A write conflict occurred. Retry the request.", nameof(NetworkVerdict.NotNow))]
    [InlineData(413, "REQUEST_ENTITY_TOO_LARGE", "too large", nameof(NetworkVerdict.Refused))]
    [InlineData(415, "UNSUPPORTED_MEDIA_TYPE", "format", nameof(NetworkVerdict.Refused))]
    [InlineData(422, "UNPROCESSABLE_ENTITY", "Content is a duplicate of urn:li:person:782bbtaQ", nameof(NetworkVerdict.Refused))]
    [InlineData(426, "NONEXISTENT_VERSION", "Requested version is not active", nameof(NetworkVerdict.NotNow))]
    [InlineData(429, "TOO_MANY_REQUESTS", "Too many requests", nameof(NetworkVerdict.RateLimited))]
    [InlineData(500, "INTERNAL_SERVER_ERROR", "oops", nameof(NetworkVerdict.Unknown))]
    [InlineData(503, "SERVICE_UNAVAILABLE", "oops", nameof(NetworkVerdict.Unknown))]
    [InlineData(504, "GATEWAY_TIMEOUT", "oops", nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_the_post_means_what_LinkedIn_says(int status, string code, string message, string verdict)
    {
        Fake.Next("POST", "/rest/posts", status, new { status, code, serviceErrorCode = 100, message });

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.Contains("LinkedIn", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("access-1", answer.Message, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Fact]
    public async Task An_error_before_the_post_never_leaves_its_outcome_open()
    {
        Fake.Next("POST", "/rest/images", 500);

        Assert.Equal(NetworkVerdict.NotNow, (await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())))).Verdict);
    }

    [Fact]
    public async Task A_daily_limit_lasts_until_midnight()
    {
        Fake.Next("POST", "/rest/posts", 429, new
        {
            status = 429,
            serviceErrorCode = 101,
            message = "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.",
        });

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal(NetworkVerdict.RateLimited, answer.Verdict);
        Assert.InRange((Now + answer.RetryAfter!.Value).TimeOfDay, TimeSpan.Zero, TimeSpan.FromMinutes(2));
        Assert.InRange(answer.RetryAfter.Value, TimeSpan.Zero, TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_short_limit_is_left_to_the_header_or_the_caller()
    {
        Fake.Next("POST", "/rest/posts", 429, new { status = 429, message = "Too many requests" }, ("Retry-After", "90"));
        Fake.Next("POST", "/rest/posts", 429, new { status = 429, message = "Too many requests" });

        var first = await PublishAsync(Publisher, Publication(Post()));
        var second = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal((TimeSpan.FromSeconds(90), null), (first.RetryAfter, second.RetryAfter));
    }

    [Fact]
    public async Task A_version_that_has_ended_is_no_fault_of_the_page()
    {
        Fake.Version = "202501";

        var answer = await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
        Assert.StartsWith("The app uses a version", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_token_is_reported_before_anything_is_sent()
    {
        var publication = Publication(Post("Picture", await JpegAsync()));
        Fake.Expire();

        var answer = await PublishAsync(Publisher, publication);

        Assert.Equal((NetworkVerdict.GrantExpired, 0), (answer.Verdict, Sendings));
    }

    [Fact]
    public async Task The_first_comment_is_made_by_the_page()
    {
        var done = await PublishAsync(Publisher, Publication(Post()));

        var comment = await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First (really)", Cancel);

        Assert.Equal(NetworkVerdict.Done, comment.Verdict);
        Assert.Equal((done.RemoteId!, "First (really)"), Assert.Single(Fake.Comments));
    }

    [Fact]
    public async Task A_comment_on_a_post_that_is_too_new_fails_clearly()
    {
        var comment = await Publisher.CommentAsync(Publication(Post()), "urn:li:share:1", "First", Cancel);

        Assert.Equal((NetworkVerdict.NotNow, "LinkedIn does not take comments on the post yet, because it is so new."),
            (comment.Verdict, comment.Message));
    }

    [Fact]
    public async Task A_comment_without_an_answer_may_be_there()
    {
        var done = await PublishAsync(Publisher, Publication(Post()));
        Fake.Next("POST", "/comments", Fault.Html);

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First", Cancel)).Verdict);
    }
}
