using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Pinterest;

namespace Planable.Functions.Tests.Networks.Pinterest;

public sealed class PinterestTests(AzuriteFixture azurite) : NetworkGround<FakePinterest>(azurite)
{
    PinterestPublisher Publisher => Client<PinterestPublisher>();

    Post Pin(string text = "Hello", params PostMedia[] media) => Post(text, media) with
    {
        Pinterest = new() { BoardId = "board-1", Title = "A title", Link = "https://example.com/a" },
    };

    [Fact]
    public async Task A_picture_is_pinned_on_the_board_and_its_link_is_known()
    {
        var answer = await PublishAsync(Publisher, Publication(Pin("What it is", await JpegAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal($"https://www.pinterest.com/pin/{answer.RemoteId}/", answer.Link);
        Assert.Equal((1, null), (Sendings, SentHandle));
        var sent = Fake.Of("POST", "/pins")[0].Json;
        Assert.Equal(("board-1", "A title", "What it is", "https://example.com/a"),
            (sent.Text("board_id"), sent.Text("title"), sent.Text("description"), sent.Text("link")));
        Assert.Equal("image_url", sent["media_source"]!.Text("source_type"));
        Assert.StartsWith("http", sent["media_source"]!.Text("url"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pins_own_description_goes_before_the_text()
    {
        var post = Pin("Text", await JpegAsync());

        await PublishAsync(Publisher, Publication(post with
        {
            Pinterest = new() { BoardId = "board-1", Description = "Described" },
        }));

        var sent = Fake.Of("POST", "/pins")[0].Json;
        Assert.Equal("Described", sent.Text("description"));
        Assert.Null(sent["title"]);
        Assert.Null(sent["link"]);
    }

    [Fact]
    public async Task Several_pictures_are_one_pin()
    {
        var answer = await PublishAsync(Publisher, Publication(Pin("Three", await JpegAsync(), await PngAsync(), await JpegAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var source = Fake.Of("POST", "/pins")[0].Json["media_source"]!;
        Assert.Equal(("multiple_image_urls", 3), (source.Text("source_type"), source["items"]!.AsArray().Count));
        Assert.Null(source["url"]);
    }

    [Fact]
    public async Task A_GIF_is_pinned_as_it_is()
    {
        var answer = await PublishAsync(Publisher, Publication(Pin("Moving", await GifAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal("image_url", Fake.Of("POST", "/pins")[0].Json["media_source"]!.Text("source_type"));
    }

    [Fact]
    public async Task A_video_is_uploaded_by_a_form_and_shown_with_its_first_frame()
    {
        var answer = await PublishAsync(Publisher, Publication(Pin("Film", await VideoAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var upload = Fake.Of("POST", "/s3")[0];
        Assert.Null(upload.Bearer);
        Assert.True(upload.Headers.ContentLength > 100_000);
        var source = Fake.Of("POST", "/pins")[0].Json["media_source"]!;
        Assert.Equal(("video_id", SentHandle), (source.Text("source_type"), source.Text("media_id")));
        Assert.Equal(0, source.Number("cover_image_key_frame_time"));
        Assert.DoesNotContain("secret-signature", SentHandle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_videos_thumbnail_is_its_cover()
    {
        var post = Pin("Film", await VideoAsync()) with { VideoThumbnail = await PngAsync() };

        var answer = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var source = Fake.Of("POST", "/pins")[0].Json["media_source"]!;
        Assert.StartsWith("http", source.Text("cover_image_url"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_video_that_is_still_processed_is_not_uploaded_anew()
    {
        Fake.Polls = 1;
        var post = Pin("Film", await VideoAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, TimeSpan.FromSeconds(10)), (first.Verdict, first.RetryAfter));
        Assert.Equal(0, Sendings);
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal((NetworkVerdict.Done, first.Handle), (second.Verdict, SentHandle));
        Assert.Single(Fake.Of("POST", "/s3"));
    }

    [Fact]
    public async Task A_video_that_Pinterest_no_longer_has_is_uploaded_anew()
    {
        Fake.Polls = 1;
        var post = Pin("Film", await VideoAsync());
        var first = await PublishAsync(Publisher, Publication(post));
        Fake.Forget(first.Handle!);
        Fake.Polls = 0;

        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.NotEqual(first.Handle, SentHandle);
    }

    [Fact]
    public async Task A_video_that_Pinterest_cannot_process_is_refused_and_begun_anew_the_next_time()
    {
        Fake.FailsProcessing = true;

        var answer = await PublishAsync(Publisher, Publication(Pin("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Refused, null, 0), (answer.Verdict, answer.Handle, Sendings));
    }

    [Fact]
    public async Task Pins_without_files_or_a_board_stories_and_mixtures_are_refused_before_Pinterest_is_asked()
    {
        var picture = await JpegAsync();
        var answers = new[]
        {
            await PublishAsync(Publisher, Publication(Pin())),
            await PublishAsync(Publisher, Publication(Post("No board", picture))),
            await PublishAsync(Publisher, Publication(Pin("Both", await VideoAsync(), picture))),
            await PublishAsync(Publisher, Publication(Pin("Six", picture, picture, picture, picture, picture, picture))),
            await PublishAsync(Publisher, Publication(Pin("Story", picture) with { IsStory = true })),
        };

        Assert.All(answers, answer => Assert.Equal(NetworkVerdict.Refused, answer.Verdict));
        Assert.Equal(5, answers.Select(answer => answer.Message).Distinct().Count());
        Assert.Empty(Fake.Requests);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://pinterest-media-upload.s3-accelerate.amazonaws.com")]
    [InlineData("https://amazonaws.com.evil.example")]
    public async Task A_video_is_not_sent_to_an_unknown_address(string host)
    {
        Fake.UploadHost = host;

        var answer = await PublishAsync(Publisher, Publication(Pin("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
        Assert.Empty(Fake.Of("POST", "/s3"));
    }

    [Fact]
    public async Task There_are_no_first_comments() => Assert.Equal(
        NetworkVerdict.Refused, (await Publisher.CommentAsync(Publication(Pin()), "1", "First", Cancel)).Verdict);
}
