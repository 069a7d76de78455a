using Planable.Networks;
using Planable.Networks.TikTok;

namespace Planable.Functions.Tests.Networks.TikTok;

public sealed class TikTokOutcomeTests(AzuriteFixture azurite) : NetworkGround<FakeTikTok>(azurite)
{
    const string Video = "/v2/post/publish/video/init/", Photos = "/v2/post/publish/content/init/", Status = "/status/fetch/";

    TikTokPublisher Publisher => Client<TikTokPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    public async Task A_video_whose_last_answer_is_lost_is_found_by_its_publish_id(string fault)
    {
        Fake.Next("PUT", "", Enum.Parse<Fault>(fault));
        var post = Post("Film", await VideoAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(NetworkVerdict.Done, found.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData(nameof(Fault.Html))]
    [InlineData(nameof(Fault.Garbage))]
    public async Task A_video_whose_last_answer_is_a_proxys_page_is_asked_for(string fault)
    {
        Fake.Next("PUT", "", Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Done, 1), (answer.Verdict, Fake.Of("POST", Status).Length));
    }

    [Fact]
    public async Task A_video_whose_last_part_did_not_arrive_is_asked_for_until_TikTok_has_given_it_up()
    {
        Fake.Next("PUT", "", Fault.LosesRequest);
        var post = Post("Film", await VideoAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        var soon = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        var later = await Publisher.FindAsync(Publication(post, SentHandle, Now.AddMinutes(-75)), Cancel);

        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Refused), (soon.Verdict, later.Verdict));
        Assert.Empty(Fake.Visible);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task Pictures_whose_answer_is_lost_are_found_in_the_list(string fault)
    {
        Fake.Next("POST", Photos, Enum.Parse<Fault>(fault));
        var post = Post("Two  words", await JpegAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, answer.Handle ?? SentHandle, Now), Cancel);
        var other = await Publisher.FindAsync(Publication(post with { Text = "Other" }, sentAt: Now), Cancel);
        var older = await Publisher.FindAsync(Publication(post, sentAt: Now.AddMinutes(5)), Cancel);

        Assert.Equal(NetworkVerdict.Done, found.Verdict);
        Assert.Equal((NetworkVerdict.Unknown, NetworkVerdict.Unknown), (other.Verdict, older.Verdict));
    }

    [Fact]
    public async Task Pictures_without_a_text_cannot_be_recognized()
    {
        Fake.Next("POST", Photos, Fault.LosesAnswer);
        var post = Post("", await JpegAsync());

        await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(post, sentAt: Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_post_that_TikTok_still_processes_is_asked_for_by_its_publish_id()
    {
        Fake.Polls = 2;
        var post = Post("Slow", await JpegAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        Assert.StartsWith("p_pub_url~", answer.Handle, StringComparison.Ordinal);
        var working = await Publisher.FindAsync(Publication(post, answer.Handle, Now), Cancel);
        var found = await Publisher.FindAsync(Publication(post, answer.Handle, Now), Cancel);

        Assert.Equal((NetworkVerdict.NotNow, NetworkVerdict.Done), (working.Verdict, found.Verdict));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_question_that_fails_after_the_post_makes_nobody_post_again(int status)
    {
        Fake.Next("POST", Status, status, new { error = new { code = status == 401 ? "access_token_invalid" : "other" } });

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Unknown, SentHandle), (answer.Verdict, answer.Handle));
    }

    [Theory]
    [InlineData("file_format_check_failed", nameof(NetworkVerdict.Refused))]
    [InlineData("duration_check_failed", nameof(NetworkVerdict.Refused))]
    [InlineData("frame_rate_check_failed", nameof(NetworkVerdict.Refused))]
    [InlineData("picture_size_check_failed", nameof(NetworkVerdict.Refused))]
    [InlineData("publish_cancelled", nameof(NetworkVerdict.Refused))]
    [InlineData("spam_risk_text", nameof(NetworkVerdict.Refused))]
    [InlineData("spam_risk_user_banned_from_posting", nameof(NetworkVerdict.Refused))]
    [InlineData("something_new", nameof(NetworkVerdict.Refused))]
    [InlineData("video_pull_failed", nameof(NetworkVerdict.NotNow))]
    [InlineData("photo_pull_failed", nameof(NetworkVerdict.NotNow))]
    [InlineData("internal", nameof(NetworkVerdict.NotNow))]
    [InlineData("spam_risk_too_many_posts", nameof(NetworkVerdict.RateLimited))]
    [InlineData("auth_removed", nameof(NetworkVerdict.GrantExpired))]
    public async Task Each_reason_of_a_failed_post_means_what_TikTok_says(string reason, string verdict)
    {
        Fake.FailReason = reason;
        var post = Post("Film", await VideoAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(verdict, answer.Verdict.ToString());
        // It certainly did not arrive, and the answer to the question is about nothing else.
        Assert.Equal((NetworkVerdict.Refused, answer.Message), (found.Verdict, found.Message));
        Assert.DoesNotContain(reason, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "access_token_invalid", nameof(NetworkVerdict.GrantExpired))]
    [InlineData(401, "scope_not_authorized", nameof(NetworkVerdict.GrantExpired))]
    [InlineData(401, "scope_permission_missed", nameof(NetworkVerdict.GrantExpired))]
    [InlineData(429, "rate_limit_exceeded", nameof(NetworkVerdict.RateLimited))]
    [InlineData(403, "spam_risk_too_many_posts", nameof(NetworkVerdict.RateLimited))]
    [InlineData(200, "spam_risk_too_many_posts", nameof(NetworkVerdict.RateLimited))]
    [InlineData(403, "spam_risk_too_many_pending_share", nameof(NetworkVerdict.RateLimited))]
    [InlineData(403, "reached_active_user_cap", nameof(NetworkVerdict.RateLimited))]
    [InlineData(200, "spam_risk_user_banned_from_posting", nameof(NetworkVerdict.Refused))]
    [InlineData(403, "unaudited_client_can_only_post_to_private_accounts", nameof(NetworkVerdict.Refused))]
    [InlineData(403, "url_ownership_unverified", nameof(NetworkVerdict.Refused))]
    [InlineData(403, "privacy_level_option_mismatch", nameof(NetworkVerdict.Refused))]
    [InlineData(400, "invalid_params", nameof(NetworkVerdict.Refused))]
    [InlineData(200, "something_new", nameof(NetworkVerdict.Refused))]
    [InlineData(400, "something_new", nameof(NetworkVerdict.Refused))]
    [InlineData(200, "internal_error", nameof(NetworkVerdict.Unknown))]
    [InlineData(500, "internal_error", nameof(NetworkVerdict.Unknown))]
    [InlineData(502, "", nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_the_post_means_what_TikTok_says(int status, string code, string verdict)
    {
        Fake.Next("POST", Photos, status, new { data = new { }, error = new { code, message = "secret details", log_id = "1" } });

        var answer = await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.StartsWith("TikTok ", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.Message, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Theory]
    [InlineData(400, nameof(NetworkVerdict.Refused))]
    [InlineData(401, nameof(NetworkVerdict.NotNow))]
    [InlineData(403, nameof(NetworkVerdict.NotNow))]
    [InlineData(404, nameof(NetworkVerdict.NotNow))]
    [InlineData(416, nameof(NetworkVerdict.Refused))]
    [InlineData(429, nameof(NetworkVerdict.RateLimited))]
    [InlineData(503, nameof(NetworkVerdict.Unknown))]
    public async Task Each_refusal_of_the_last_part_means_what_its_status_says(int status, string verdict)
    {
        Fake.Next("PUT", "", status);

        Assert.Equal(verdict, (await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())))).Verdict.ToString());
    }

    [Theory]
    [InlineData("POST", "/creator_info/query/")]
    [InlineData("POST", Video)]
    [InlineData("PUT", "")]
    public async Task A_request_that_is_lost_before_the_last_part_can_be_repeated(string method, string path)
    {
        Fake.Next(method, path, Fault.LosesAnswer);
        var post = Post("Film", await VideoAsync((16 * 1024 * 1024) + 1));

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotNow, 0, null), (answer.Verdict, Sendings, answer.Handle));
        var again = await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_rate_limit_lasts_a_minute_or_as_long_as_TikTok_says()
    {
        var error = new { error = new { code = "rate_limit_exceeded" } };
        Fake.Next("POST", Photos, 429, error);
        Fake.Next("POST", Photos, 429, error, ("Retry-After", "420"));
        var post = Post("Picture", await JpegAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        var second = await PublishAsync(Publisher, Publication(post));

        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(7)), (first.RetryAfter, second.RetryAfter));
    }

    [Fact]
    public async Task Too_many_posts_of_a_day_wait_for_the_next()
    {
        Fake.Next("POST", "/creator_info/query/", 200, new { error = new { code = "spam_risk_too_many_posts" } });

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.RateLimited, TimeSpan.FromDays(1)), (answer.Verdict, answer.RetryAfter));
    }

    [Fact]
    public async Task A_refused_question_says_nothing_about_the_post()
    {
        var found = await Publisher.FindAsync(Publication(Post("Film", await VideoAsync()), "v_pub_file~v2-1.gone", Now), Cancel);
        Fake.Next("POST", Status, 200, new { data = new { status = "SEND_TO_USER_INBOX" }, error = new { code = "ok" } });
        var inbox = await Publisher.FindAsync(Publication(Post("Film", await VideoAsync()), "v_pub_file~v2-1.gone", Now), Cancel);

        Assert.Equal((NetworkVerdict.Unknown, NetworkVerdict.Unknown), (found.Verdict, inbox.Verdict));
    }
}
