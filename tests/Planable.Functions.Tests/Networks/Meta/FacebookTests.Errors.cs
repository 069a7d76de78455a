using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Meta;

public sealed partial class FacebookTests
{
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
}
