using System.Text.Json.Nodes;
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

        Assert.Equal(
            (NetworkVerdict.Refused, null, "LinkedIn could not process the video."), (answer.Verdict, answer.Handle, answer.Message));
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
}
