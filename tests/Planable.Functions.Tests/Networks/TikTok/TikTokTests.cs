using System.Globalization;
using Planable.Content.Media;
using Planable.Networks;
using Planable.Networks.TikTok;

namespace Planable.Functions.Tests.Networks.TikTok;

public sealed class TikTokTests(AzuriteFixture azurite) : NetworkGround<FakeTikTok>(azurite)
{
    const string Video = "/v2/post/publish/video/init/", Photos = "/v2/post/publish/content/init/";

    static readonly string[] Switches = ["disable_comment", "disable_duet", "disable_stitch"];

    TikTokPublisher Publisher => Client<TikTokPublisher>();

    [Fact]
    public async Task A_small_video_is_uploaded_as_a_whole_and_its_link_is_known()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("A film #coffee", await VideoAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.True(long.Parse(answer.RemoteId!, CultureInfo.InvariantCulture) > 1L << 53);
        Assert.Equal($"https://www.tiktok.com/@acme/video/{answer.RemoteId}", answer.Link);
        Assert.Equal(["A film #coffee"], Fake.Visible);
        Assert.Equal(1, Sendings);
        Assert.StartsWith("v_pub_file~", SentHandle, StringComparison.Ordinal);
        var post = Fake.Of("POST", Video)[0].Json["post_info"]!;
        Assert.Equal(("A film #coffee", "PUBLIC_TO_EVERYONE"), (post.Text("title"), post.Text("privacy_level")));
        Assert.False(post["brand_content_toggle"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData(5 * 1024 * 1024, 1)]
    [InlineData((8 * 1024 * 1024) + 1, 1)]
    [InlineData((16 * 1024 * 1024) + 5, 2)]
    public async Task A_large_video_is_uploaded_in_parts_of_which_the_last_is_the_largest(int bytes, int parts)
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync(bytes))));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(parts, Fake.Requests.Count(sent => sent.Method == "PUT"));
    }

    [Fact]
    public async Task The_most_public_audience_that_the_account_offers_is_chosen_and_its_switches_are_kept()
    {
        (Fake.Audiences, Fake.IsClosed) = (["SELF_ONLY", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR"], true);

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var post = Fake.Of("POST", Video)[0].Json["post_info"]!;
        Assert.Equal("FOLLOWER_OF_CREATOR", post.Text("privacy_level"));
        Assert.All(Switches, name => Assert.True(post[name]!.GetValue<bool>()));
    }

    [Fact]
    public async Task An_account_without_an_audience_cannot_post()
    {
        Fake.Audiences = [];

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Refused, 0), (answer.Verdict, Sendings));
    }

    [Fact]
    public async Task A_video_that_is_longer_than_the_account_may_post_is_not_uploaded()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync(seconds: 301))));

        Assert.Equal("TikTok takes videos of at most 300 seconds from this account.", answer.Message);
        Assert.Empty(Fake.Of("POST", Video));
    }

    [Fact]
    public async Task A_video_that_is_not_moderated_yet_is_published_and_its_link_is_the_profile()
    {
        Fake.IsModerating = true;

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Done, "https://www.tiktok.com/@acme"), (answer.Verdict, answer.Link));
        Assert.Equal(SentHandle, answer.RemoteId);
    }

    [Fact]
    public async Task Pictures_are_fetched_by_TikTok_as_JPEG_or_WebP()
    {
        var webp = await StoreAsync(MediaFormat.Webp, [1, 2, 3], 1_200, 1_000);
        var answer = await PublishAsync(Publisher, Publication(Post("Three", await JpegAsync(), await PngAsync(), webp)));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal($"https://www.tiktok.com/@acme/photo/{answer.RemoteId}", answer.Link);
        var sent = Fake.Of("POST", Photos)[0].Json;
        Assert.Equal("Three", sent["post_info"]!.Text("description"));
        var links = sent["source_info"]!["photo_images"]!.AsArray().Select(link => new Uri(link!.GetValue<string>())).ToArray();
        Assert.Equal(3, links.Length);
        using var http = new HttpClient();
        foreach (var link in links.Take(2))
        {
            using var picture = await http.GetAsync(link, Cancel);
            var bytes = await picture.Content.ReadAsByteArrayAsync(Cancel);
            Assert.Equal((0xFF, 0xD8), (bytes[0], bytes[1]));
        }
        Assert.Equal(1, Sendings);
        Assert.Null(SentHandle);
    }

    [Fact]
    public async Task One_picture_is_a_post_too()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("One", await JpegAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(["One"], Fake.Visible);
    }

    [Fact]
    public async Task Texts_GIFs_stories_and_mixtures_are_refused_before_TikTok_is_asked()
    {
        var answers = new[]
        {
            await PublishAsync(Publisher, Publication(Post())),
            await PublishAsync(Publisher, Publication(Post("GIF", await GifAsync()))),
            await PublishAsync(Publisher, Publication(Post("Both", await VideoAsync(), await JpegAsync()))),
            await PublishAsync(Publisher, Publication(Post("Story", await VideoAsync()) with { IsStory = true })),
        };

        Assert.All(answers, answer => Assert.Equal(NetworkVerdict.Refused, answer.Verdict));
        Assert.Equal(4, answers.Select(answer => answer.Message).Distinct().Count());
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task An_upload_of_an_earlier_attempt_that_did_not_arrive_is_begun_anew()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync()), "v_pub_file~v2-1.gone"));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.NotEqual("v_pub_file~v2-1.gone", SentHandle);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://open-upload.tiktokapis.com")]
    [InlineData("https://tiktokapis.com.evil.example")]
    [InlineData("https://user@open-upload.tiktokapis.com")]
    public async Task A_video_is_not_sent_to_an_unknown_address(string host)
    {
        Fake.UploadHost = host;

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
        Assert.DoesNotContain(Fake.Requests, sent => sent.Method == "PUT");
    }

    [Fact]
    public async Task The_address_of_an_upload_gets_no_token_and_is_no_handle()
    {
        await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Null(Fake.Requests.Single(sent => sent.Method == "PUT").Bearer);
        Assert.DoesNotContain("secret-token", SentHandle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_no_first_comments() => Assert.Equal(
        NetworkVerdict.Refused, (await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel)).Verdict);
}
