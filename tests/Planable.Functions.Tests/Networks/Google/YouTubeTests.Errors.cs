using System.Globalization;
using Planable.Networks;
using Planable.Networks.Google;

namespace Planable.Functions.Tests.Networks.Google;

public sealed partial class YouTubeTests
{
    public static TheoryData<int, string, string, double?> Errors => new()
    {
        { 400, "invalidTitle", "Refused", null },
        { 400, "invalidDescription", "Refused", null },
        { 400, "invalidTags", "Refused", null },
        { 400, "invalidCategoryId", "Refused", null },
        { 400, "mediaBodyRequired", "Refused", null },
        { 400, "uploadLimitExceeded", "RateLimited", 24 * 60 },
        { 401, "authError", "GrantExpired", null },
        { 401, "youtubeSignupRequired", "Refused", null },
        { 403, "forbidden", "Refused", null },
        { 403, "forbiddenPrivacySetting", "Refused", null },
        { 403, "insufficientPermissions", "Refused", null },
        { 403, "authenticatedUserAccountSuspended", "Refused", null },
        { 403, "accessNotConfigured", "Refused", null },
        { 403, "rateLimitExceeded", "RateLimited", 1 },
        { 403, "userRateLimitExceeded", "RateLimited", 1 },
        { 404, "videoNotFound", "Refused", null },
        { 429, "unheardOf", "RateLimited", null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Each_error_means_the_same_before_and_at_the_point_of_no_return(
        int status, string reason, string verdict, double? minutes)
    {
        Fake.Next("POST", "/upload/youtube/v3/videos", status, FakeYouTube.Error(status, reason));
        var before = await PublishAsync(Publisher, Publication(await FilmAsync()));
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", status, FakeYouTube.Error(status, reason));
        var at = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((verdict, verdict), ($"{before.Verdict}", $"{at.Verdict}"));
        Assert.Equal((minutes, minutes), (before.RetryAfter?.TotalMinutes, at.RetryAfter?.TotalMinutes));
        Assert.StartsWith("YouTube ", at.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("A message of YouTube", at.Message, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_fault_of_YouTube_leaves_the_outcome_open_only_at_the_point_of_no_return(int status)
    {
        Fake.Next("POST", "/upload/youtube/v3/videos", status, FakeYouTube.Error(status, "backendError"));
        var before = await PublishAsync(Publisher, Publication(await FilmAsync()));
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", status, FakeYouTube.Error(status, "backendError"));
        var at = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Unknown), (before.Verdict, at.Verdict));
    }

    [Fact]
    public async Task A_used_up_quota_lasts_until_midnight_in_California_and_the_upload_is_kept()
    {
        var (post, handle) = await UploadedAsync();
        Fake.Next("PUT", "/youtube/v3/videos", 403, FakeYouTube.Error(403, "quotaExceeded"));

        var answer = await PublishAsync(Publisher, Publication(post, handle));

        Assert.Equal((NetworkVerdict.RateLimited, handle), (answer.Verdict, answer.Handle));
        Assert.Equal(GoogleErrors.UntilMidnight(Now).TotalMinutes, answer.RetryAfter!.Value.TotalMinutes, 1d);
    }

    [Theory]
    [InlineData("2026-12-01T07:59:00Z", 1)]
    [InlineData("2026-12-01T08:01:00Z", 1_439)]
    [InlineData("2026-07-01T06:00:00Z", 60)]
    public void Midnight_in_California_is_earlier_in_summer(string now, int minutes) => Assert.Equal(
        minutes, GoogleErrors.UntilMidnight(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)).TotalMinutes);

    [Fact]
    public async Task A_grant_that_ended_is_told_before_and_during_an_upload()
    {
        Fake.Next("PUT", "", 401, FakeYouTube.Error(401, "authError"));

        var answer = await PublishAsync(Publisher, Publication(await FilmAsync()));

        Assert.Equal((NetworkVerdict.GrantExpired, "YouTube no longer grants access to the page."), (answer.Verdict, answer.Message));
    }

    [Fact]
    public async Task The_first_comment_is_a_thread_of_the_channel()
    {
        var (post, handle) = await UploadedAsync();
        await PublishAsync(Publisher, Publication(post, handle));

        var comment = await Publisher.CommentAsync(Publication(post), handle, "First", Cancel);

        Assert.Equal(NetworkVerdict.Done, comment.Verdict);
        Assert.Equal(["First"], Fake.Comments);
    }

    [Theory]
    [InlineData(403, "commentsDisabled", "YouTube does not allow comments on the video.")]
    [InlineData(400, "commentTextTooLong", "YouTube does not take a comment of this length.")]
    public async Task A_comment_that_YouTube_forbids_says_why(int status, string reason, string message)
    {
        Fake.Next("POST", "/commentThreads", status, FakeYouTube.Error(status, reason));

        var comment = await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel);

        Assert.Equal((NetworkVerdict.Refused, message), (comment.Verdict, comment.Message));
    }

    [Fact]
    public async Task A_comment_without_an_answer_may_be_there()
    {
        Fake.Next("POST", "/commentThreads", Fault.LosesAnswer);

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel)).Verdict);
    }
}
