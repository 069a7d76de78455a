using Planable.Networks;
using Planable.Networks.LinkedIn;

namespace Planable.Functions.Tests.Networks.LinkedIn;

public sealed class LinkedInErrorTests(AzuriteFixture azurite) : NetworkGround<FakeLinkedIn>(azurite)
{
    LinkedInPublisher Publisher => Client<LinkedInPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

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
