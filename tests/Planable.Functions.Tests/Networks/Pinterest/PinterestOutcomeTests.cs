using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Pinterest;

namespace Planable.Functions.Tests.Networks.Pinterest;

public sealed class PinterestOutcomeTests(AzuriteFixture azurite) : NetworkGround<FakePinterest>(azurite)
{
    PinterestPublisher Publisher => Client<PinterestPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    Post Pin(string text = "Hello", params PostMedia[] media) => Post(text, media) with
    {
        Pinterest = new() { BoardId = "board-1", Title = "A title", Link = "https://example.com/a" },
    };

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_pin_whose_answer_is_lost_is_found_on_the_board(string fault)
    {
        Fake.Next("POST", "/pins", Enum.Parse<Fault>(fault));
        var post = Pin("Two  words", await JpegAsync());

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(NetworkVerdict.Done, found.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_pin_with_another_text_link_kind_or_time_is_another_one()
    {
        Fake.Next("POST", "/pins", Fault.LosesAnswer);
        var post = Pin("Text", await JpegAsync());
        await PublishAsync(Publisher, Publication(post));
        var pin = post.Pinterest!;

        var others = new[]
        {
            Publication(post with { Text = "Other" }, sentAt: Now),
            Publication(post with { Pinterest = pin with { Title = "Other" } }, sentAt: Now),
            Publication(post with { Pinterest = pin with { Link = null } }, sentAt: Now),
            Publication(post with { Media = [.. post.Media, .. post.Media] }, sentAt: Now),
            Publication(post, sentAt: Now.AddMinutes(5)),
        };

        foreach (var other in others)
        {
            Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(other, Cancel)).Verdict);
        }
        Assert.Equal(NetworkVerdict.Done, (await Publisher.FindAsync(Publication(post, sentAt: Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_pin_that_the_board_does_not_show_may_still_be_there()
    {
        Fake.Next("POST", "/pins", Fault.LosesAnswer);
        Fake.Lag = 1;
        var post = Pin("Text", await JpegAsync());

        await PublishAsync(Publisher, Publication(post));

        Assert.Equal(NetworkVerdict.Unknown, (await Publisher.FindAsync(Publication(post, sentAt: Now), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_refused_question_says_nothing_about_the_pin()
    {
        var post = Pin("Text", await JpegAsync());

        var gone = await Publisher.FindAsync(
            Publication(post with { Pinterest = post.Pinterest! with { BoardId = "board-2" } }, sentAt: Now), Cancel);
        Fake.Next("GET", "/pins", 401, new { code = 2, message = "Authentication failed." });
        var expired = await Publisher.FindAsync(Publication(post, sentAt: Now), Cancel);

        Assert.Equal((NetworkVerdict.Unknown, NetworkVerdict.GrantExpired), (gone.Verdict, expired.Verdict));
    }

    [Theory]
    [InlineData("/media")]
    [InlineData("/s3")]
    public async Task A_request_that_is_lost_before_the_pin_can_be_repeated(string path)
    {
        Fake.Next("POST", path, Fault.LosesAnswer);

        var answer = await PublishAsync(Publisher, Publication(Pin("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
    }

    [Fact]
    public async Task What_is_uploaded_is_kept_when_the_question_for_it_is_lost()
    {
        Fake.Next("GET", "", Fault.LosesAnswer);
        var post = Pin("Film", await VideoAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotNow, 0), (first.Verdict, Sendings));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Single(Fake.Of("POST", "/s3"));
    }

    [Theory]
    [InlineData(400, 1, "Invalid request.", nameof(NetworkVerdict.Refused))]
    [InlineData(400, 235, "Sorry! We're unable to reach the URL.", nameof(NetworkVerdict.NotNow))]
    [InlineData(401, 2, "Authentication failed.", nameof(NetworkVerdict.GrantExpired))]
    [InlineData(401, 3, "Authorization failed.", nameof(NetworkVerdict.GrantExpired))]
    [InlineData(403, 7, "You are not authorized.", nameof(NetworkVerdict.Refused))]
    [InlineData(403, 29, "You are not permitted.", nameof(NetworkVerdict.Refused))]
    [InlineData(404, 40, "Board not found.", nameof(NetworkVerdict.Refused))]
    [InlineData(422, 1, "Invalid.", nameof(NetworkVerdict.Refused))]
    [InlineData(429, 8, "You have exceeded your rate limit.", nameof(NetworkVerdict.RateLimited))]
    [InlineData(500, 11, "Something went wrong.", nameof(NetworkVerdict.Unknown))]
    [InlineData(502, 0, "", nameof(NetworkVerdict.Unknown))]
    [InlineData(503, 12, "Unavailable.", nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_the_pin_means_what_Pinterest_says(int status, int code, string message, string verdict)
    {
        Fake.Next("POST", "/pins", status, new { code, message });

        var answer = await PublishAsync(Publisher, Publication(Pin("Text", await JpegAsync())));

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.StartsWith("Pinterest ", answer.Message, StringComparison.Ordinal);
        Assert.True(message.Length == 0 || !answer.Message!.Contains(message, StringComparison.Ordinal));
        Assert.Empty(Fake.Visible);
    }

    [Theory]
    [InlineData("x-ratelimit-reset", "420")]
    [InlineData("Retry-After", "420")]
    public async Task A_rate_limit_lasts_as_long_as_Pinterest_says_and_keeps_what_is_uploaded(string header, string value)
    {
        Fake.Next("POST", "/pins", 429, new { code = 8, message = "Limit" }, (header, value));

        var answer = await PublishAsync(Publisher, Publication(Pin("Film", await VideoAsync())));

        Assert.Equal((TimeSpan.FromMinutes(7), SentHandle), (answer.RetryAfter, answer.Handle));
    }

    [Fact]
    public async Task A_rate_limit_may_end_at_a_moment()
    {
        Fake.Next("POST", "/pins", 429, new { code = 8 }, ("x-ratelimit-reset", $"{Now.AddMinutes(7).ToUnixTimeSeconds()}"));

        var answer = await PublishAsync(Publisher, Publication(Pin("Text", await JpegAsync())));

        Assert.InRange(answer.RetryAfter!.Value.TotalMinutes, 6, 7);
    }

    [Theory]
    [InlineData(403, "<Error><Code>AccessDenied</Code></Error>", nameof(NetworkVerdict.NotNow))]
    [InlineData(400, "<Error><Code>EntityTooLarge</Code></Error>", nameof(NetworkVerdict.Refused))]
    [InlineData(503, "<Error><Code>SlowDown</Code></Error>", nameof(NetworkVerdict.NotNow))]
    public async Task Each_refusal_of_the_storage_means_what_it_says(int status, string body, string verdict)
    {
        Fake.Next("POST", "/s3", status, body);

        var answer = await PublishAsync(Publisher, Publication(Pin("Film", await VideoAsync())));

        Assert.Equal((verdict, null, 0), (answer.Verdict.ToString(), answer.Handle, Sendings));
    }
}
