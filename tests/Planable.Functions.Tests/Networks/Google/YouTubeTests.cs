using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Google;

namespace Planable.Functions.Tests.Networks.Google;

public sealed partial class YouTubeTests(AzuriteFixture azurite) : NetworkGround<FakeYouTube>(azurite)
{
    const int Large = 20 * 1024 * 1024;

    YouTubePublisher Publisher => Client<YouTubePublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    static DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    async Task<Post> FilmAsync(string text = "Film", int bytes = 100_000) => Post(text, await VideoAsync(bytes));

    /// <summary>A private video that is processed.</summary>
    async Task<(Post Post, string Handle)> UploadedAsync()
    {
        var post = await FilmAsync();
        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        return (post, answer.Handle!);
    }

    [Fact]
    public async Task A_video_is_uploaded_as_private_and_made_public_once_it_is_processed()
    {
        var post = await FilmAsync("First line\nand more");

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, 0), (first.Verdict, Sendings));
        Assert.Empty(Fake.Visible);
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Equal((first.Handle, 1), (SentHandle, Sendings));
        Assert.Equal((Fake.Videos[0], "https://www.youtube.com/watch?v=" + Fake.Videos[0]), (second.RemoteId, second.Link));
        Assert.Equal(["First line"], Fake.Visible);
        var begun = Fake.Of("POST", "/upload/youtube/v3/videos")[0];
        Assert.Equal("private", begun.Json["status"]!.Text("privacyStatus"));
        Assert.Equal("First line\nand more", begun.Json["snippet"]!.Text("description"));
        Assert.Equal("true", begun.Parameters["notifySubscribers"]);
        Assert.Equal("100000", begun.Headers["X-Upload-Content-Length"]);
    }

    [Fact]
    public async Task A_title_of_its_own_is_preferred_and_shortened()
    {
        var post = await FilmAsync("Text") with { YoutubeTitle = new string('x', 120) };

        await PublishAsync(Publisher, Publication(post));

        Assert.Equal(new string('x', 100), Fake.Of("POST", "/videos")[0].Json["snippet"]!.Text("title"));
    }

    [Fact]
    public async Task A_video_without_a_title_or_a_text_is_refused_before_it_is_uploaded()
    {
        var answer = await PublishAsync(Publisher, Publication(await FilmAsync("")));

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task Only_one_video_can_be_posted()
    {
        Assert.Equal(NetworkVerdict.Refused, (await PublishAsync(Publisher, Publication(Post("Text")))).Verdict);
        Assert.Equal(NetworkVerdict.Refused, (await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())))).Verdict);
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task A_large_video_is_uploaded_in_parts()
    {
        var answer = await PublishAsync(Publisher, Publication(await FilmAsync(bytes: Large)));

        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        Assert.Equal(
            ["bytes 0-8388607/20971520", "bytes 8388608-16777215/20971520", "bytes 16777216-20971519/20971520"],
            Fake.Requests.Where(sent => sent.Method == "PUT").Select(sent => sent.Headers["Content-Range"].ToString()));
    }

    [Theory]
    [InlineData(1, nameof(Fault.LosesAnswer))]
    [InlineData(1, nameof(Fault.LosesRequest))]
    [InlineData(2, nameof(Fault.CutsAnswer))]
    [InlineData(3, nameof(Fault.LosesAnswer))]
    [InlineData(3, nameof(Fault.Garbage))]
    [InlineData(3, nameof(Fault.Html))]
    [InlineData(3, nameof(Fault.LosesRequest))]
    public async Task An_upload_goes_on_after_a_part_without_an_answer(int after, string fault)
    {
        Fake.Later = (after, Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync(bytes: Large)));

        Assert.Equal((NetworkVerdict.NotReady, Fake.Videos.Single()), (answer.Verdict, answer.Handle));
        Assert.Single(Fake.Of("POST", "/videos"));
        Assert.Single(Fake.Requests, sent => sent.Headers["Content-Range"] == $"bytes */{Large}");
    }

    [Fact]
    public async Task An_upload_goes_on_from_the_byte_that_YouTube_names()
    {
        Fake.Keeps = 1024 * 1024;

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync(bytes: Large)));

        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        Assert.Equal("bytes 1048576-9437183/20971520", Fake.Requests[2].Headers["Content-Range"]);
    }

    [Fact]
    public async Task An_upload_goes_on_after_a_fault_of_YouTube()
    {
        Fake.Next("PUT", "", 503, "");

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.NotReady, 1), (answer.Verdict, Fake.Videos.Length));
    }

    [Fact]
    public async Task An_upload_that_never_goes_on_is_given_up_for_now()
    {
        for (var i = 0; i < 20; i++)
        {
            Fake.Next("PUT", "", 503, "");
        }

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.NotNow, null, 0), (answer.Verdict, answer.Handle, Sendings));
        Assert.InRange(Fake.Requests.Length, 3, 8);
    }

    [Fact]
    public async Task An_upload_whose_session_is_gone_begins_anew_the_next_time()
    {
        Fake.Next("PUT", "", 404, "");
        var post = await FilmAsync();

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotNow, null), (answer.Verdict, answer.Handle));
        var again = await PublishAsync(Publisher, Publication(post, answer.Handle));

        Assert.Equal((NetworkVerdict.NotReady, 2), (again.Verdict, Fake.Of("POST", "/videos").Length));
    }

    [Fact]
    public async Task A_request_that_is_lost_before_the_upload_can_be_repeated()
    {
        Fake.Next("POST", "/videos", Fault.LosesAnswer);

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
    }

    [Theory]
    [InlineData("https://evil.example.com/upload")]
    [InlineData("http://www.googleapis.com/upload")]
    [InlineData("https://www.googleapis.com.evil.example/upload")]
    public async Task A_video_is_not_sent_to_an_unknown_host(string address)
    {
        Fake.SessionAddress = address;

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal(NetworkVerdict.NotNow, answer.Verdict);
        Assert.Single(Fake.Requests);
        Assert.DoesNotContain("evil", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_handle_is_no_address_and_no_secret()
    {
        var (_, handle) = await UploadedAsync();

        Assert.Equal(Fake.Videos[0], handle);
    }

    [Fact]
    public async Task A_video_that_is_still_processed_is_not_uploaded_anew()
    {
        Fake.Polls = 1;
        var (post, handle) = await UploadedAsync();

        var second = await PublishAsync(Publisher, Publication(post, handle));
        Assert.Equal((NetworkVerdict.NotReady, handle, 0), (second.Verdict, second.Handle, Sendings));
        var third = await PublishAsync(Publisher, Publication(post, second.Handle));

        Assert.Equal(NetworkVerdict.Done, third.Verdict);
        Assert.Single(Fake.Of("POST", "/videos"));
    }

    [Fact]
    public async Task A_video_that_is_processed_for_long_becomes_public_before_that_ends()
    {
        (Fake.Polls, Fake.Age) = (100, TimeSpan.FromMinutes(41));
        var (post, handle) = await UploadedAsync();

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData("failed", "codec", "YouTube does not support the video's codec.")]
    [InlineData("failed", "invalidFile", "YouTube cannot read the video file.")]
    [InlineData("failed", "uploadAborted", "YouTube could not process the video.")]
    [InlineData("rejected", "duplicate", "YouTube has the same video on this channel already.")]
    [InlineData("rejected", "length", "YouTube does not take a video of this length from this channel.")]
    [InlineData("rejected", "copyright", "YouTube rejected the video: others have rights in it.")]
    [InlineData("rejected", "termsOfUse", "YouTube rejected the video for its rules.")]
    public async Task A_video_that_YouTube_does_not_take_is_refused(string outcome, string reason, string message)
    {
        (Fake.Outcome, Fake.Reason) = (outcome, reason);
        var (post, handle) = await UploadedAsync();

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.Refused, message, 0), (answer.Verdict, answer.Message, Sendings));
    }

    [Fact]
    public async Task A_video_that_somebody_removed_is_uploaded_anew()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Remove(handle);

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal(NetworkVerdict.NotReady, answer.Verdict);
        Assert.NotEqual(handle, answer.Handle);
        Assert.Equal(0, Sendings);
    }
}
