using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Google;

public sealed partial class YouTubeTests
{
    [Fact]
    public async Task A_video_that_is_public_already_is_done_without_another_request()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Show(handle, "public");

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.Done, 0), (answer.Verdict, Sendings));
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    public async Task A_video_that_cannot_be_looked_at_is_looked_at_later(string fault)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("GET", "/videos", Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.NotNow, handle, 0), (answer.Verdict, answer.Handle, Sendings));
        Assert.Single(Fake.Videos);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_video_whose_last_answer_is_lost_is_found_to_be_public(string fault)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(post, handle));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, handle), (found.Verdict, found.RemoteId));
        Assert.NotNull(found.Link);
    }

    [Fact]
    public async Task A_video_whose_last_request_was_lost_certainly_did_not_arrive_and_the_next_attempt_goes_on()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", Fault.LosesRequest);

        var answer = await PublishAsync(Publisher, Publication(post, handle));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Assert.Equal(NetworkVerdict.Refused, found.Verdict);
        var again = await PublishAsync(Publisher, Publication(post, SentHandle));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Fake.Of("POST", "/videos"));
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_video_that_is_gone_did_not_arrive()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Remove(handle);

        Assert.Equal(NetworkVerdict.Refused, (await Publisher.FindAsync(Publication(post, handle, Now), Cancel)).Verdict);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_question_without_an_answer_settles_nothing(string fault)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("GET", "/videos", Enum.Parse<Fault>(fault));

        Assert.Equal(NetworkVerdict.NotNow, (await Publisher.FindAsync(Publication(post, handle, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task An_answer_without_a_list_settles_nothing()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("GET", "/videos", 200, "{}");

        Assert.Equal(NetworkVerdict.NotNow, (await Publisher.FindAsync(Publication(post, handle, Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_video_that_YouTube_keeps_private_is_refused()
    {
        Fake.KeepsPrivate = true;
        var (post, handle) = await UploadedAsync();

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
        Assert.Contains("private", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_owner_has_set_meanwhile_stays()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Forbid(handle);

        await PublishAsync(Publisher, Publication(post, handle));

        Assert.Single(Fake.Visible);
        Assert.False(Fake.IsEmbeddable(handle));
        Assert.Null(Fake.Of("PUT", "/youtube/v3/videos")[0].Json["status"]!["uploadStatus"]);
    }

    [Fact]
    public async Task The_thumbnail_is_set_before_the_video_is_public()
    {
        var (post, handle) = await UploadedAsync();

        await PublishAsync(Publisher, Publication(post with { VideoThumbnail = await PngAsync() }, handle));

        Assert.Equal([handle], Fake.Pictures);
        var order = Fake.Requests.Select(sent => sent.Path).ToList();
        Assert.True(order.IndexOf("/upload/youtube/v3/thumbnails/set") < order.LastIndexOf("/youtube/v3/videos"));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_thumbnail_that_YouTube_refuses_does_not_fail_the_post(int status)
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("POST", "/thumbnails/set", status, FakeYouTube.Error(status, "forbidden"));

        var answer = await PublishAsync(Publisher, Publication(post with { VideoThumbnail = await JpegAsync() }, handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Empty(Fake.Pictures);
    }
}
