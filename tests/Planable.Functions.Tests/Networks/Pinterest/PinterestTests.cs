using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Networks;
using Planable.Networks.Pinterest;

namespace Planable.Functions.Tests.Networks.Pinterest;

public sealed class PinterestTests(AzuriteFixture azurite) : NetworkGround<FakePinterest>(azurite)
{
    PinterestPublisher Publisher => Client<PinterestPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

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

    [Fact]
    public async Task An_account_has_no_analytics()
    {
        var today = DateOnly.FromDateTime(Now.UtcDateTime);

        Assert.Equal(NetworkVerdict.Refused, (await PageDaysAsync(Client<PinterestMetricsSource>(), today, today)).Verdict);
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task A_pins_figures_are_read()
    {
        var source = Client<PinterestMetricsSource>();

        var figures = (await PostFiguresAsync(source, "1")).Value!;
        var young = (await PostFiguresAsync(source, "young")).Value!;

        Assert.Equal((240, 31, 12), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal((7, 1, 0), (young.Impressions, young.Engagement, young.Reactions));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("quiet")]
    public async Task A_pin_that_is_gone_or_not_measured_has_no_figures(string id) => Assert.Equal(
        NetworkVerdict.Refused, (await PostFiguresAsync(Client<PinterestMetricsSource>(), id)).Verdict);

    [Fact]
    public async Task A_person_signs_in_and_offers_the_account()
    {
        var network = Client<PinterestSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        Assert.Equal("/oauth/", address.AbsolutePath);
        Assert.Contains("pins%3Awrite", address.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("code_challenge", address.Query, StringComparison.Ordinal);
        Assert.Equal("true", Fake.Of("POST", "/token")[0].Form["continuous_refresh"]);
        var account = Assert.Single(offered);
        Assert.Equal(("Acme Coffee", "https://www.pinterest.com/acme/", "user-1", "acme"),
            (account.Name, account.Link, account.Grant.Account, account.Grant.Username));
        Assert.InRange((account.Grant.EndsAt!.Value - Now).TotalDays, 59, 60);
    }

    [Fact]
    public async Task A_renewal_brings_a_new_refresh_token_and_the_old_one_is_refused()
    {
        var (network, old) = (Client<PinterestSignIn>(), Grant);

        var renewed = await network.RenewAsync(Registered, old, Cancel);
        var again = await network.RenewAsync(Registered, old, Cancel);

        Assert.Equal((Fake.Refresh, "user-1"), (renewed.Value!.RefreshToken, renewed.Value.Account));
        Assert.Equal(NetworkVerdict.GrantExpired, again.Verdict);
    }

    [Fact]
    public async Task A_wrong_code_is_no_sign_in()
    {
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier");

        Assert.Equal(NetworkVerdict.Refused,
            (await Client<PinterestSignIn>().ExchangeAsync(Registered, request, "code-2", Cancel)).Verdict);
    }
}
