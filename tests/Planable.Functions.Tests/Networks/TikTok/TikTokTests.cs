using System.Globalization;
using Planable.Content.Media;
using Planable.Networks;
using Planable.Networks.TikTok;

namespace Planable.Functions.Tests.Networks.TikTok;

public sealed class TikTokTests(AzuriteFixture azurite) : NetworkGround<FakeTikTok>(azurite)
{
    const string Video = "/v2/post/publish/video/init/", Photos = "/v2/post/publish/content/init/", Status = "/status/fetch/";

    TikTokPublisher Publisher => Client<TikTokPublisher>();

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

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
        Assert.All(new[] { "disable_comment", "disable_duet", "disable_stitch" }, name => Assert.True(post[name]!.GetValue<bool>()));
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

    [Fact]
    public async Task There_are_no_first_comments() => Assert.Equal(
        NetworkVerdict.Refused, (await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel)).Verdict);

    [Fact]
    public async Task Only_today_has_figures_of_the_account()
    {
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        var source = Client<TikTokMetricsSource>();

        var days = (await PageDaysAsync(source, today.AddDays(-89), today)).Value!;
        var past = (await PageDaysAsync(source, today.AddDays(-89), today.AddDays(-1))).Value!;

        var day = Assert.Single(days);
        Assert.Equal((today, new(0, 0, 0, 0, 0, 420, 0, 17)), (day.Date, day.Figures.Tiktok!));
        Assert.Empty(past);
        Assert.Single(Fake.Requests);
    }

    [Fact]
    public async Task An_error_with_the_status_200_is_no_figure()
    {
        Fake.Next("GET", "/user/info/", 200, new { data = new { user = new { } }, error = new { code = "access_token_invalid" } });
        var today = DateOnly.FromDateTime(Now.UtcDateTime);

        var days = await PageDaysAsync(Client<TikTokMetricsSource>(), today, today);

        Assert.Equal(NetworkVerdict.GrantExpired, days.Verdict);
    }

    [Fact]
    public async Task A_posts_figures_are_read_also_by_its_publish_id()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));
        var source = Client<TikTokMetricsSource>();

        var figures = (await PostFiguresAsync(source, answer.RemoteId!)).Value!;
        var again = (await PostFiguresAsync(source, SentHandle!)).Value!;

        Assert.Equal((240, 17, 12), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal(new(240, 0, 12, 3, 2), figures.Tiktok);
        Assert.Equal(figures, again);
    }

    [Fact]
    public async Task A_post_that_is_gone_or_not_moderated_has_no_figures()
    {
        Fake.IsModerating = true;
        await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));
        var source = Client<TikTokMetricsSource>();

        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(source, SentHandle!)).Verdict);
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(source, "123")).Verdict);
    }

    [Fact]
    public async Task A_person_signs_in_and_offers_the_account()
    {
        var network = Client<TikTokSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        Assert.Equal("/v2/auth/authorize/", address.AbsolutePath);
        Assert.Contains("client_key=app-id", address.Query, StringComparison.Ordinal);
        Assert.Contains("video.publish", address.Query, StringComparison.Ordinal);
        Assert.Contains("state=state-1", address.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("code_challenge", address.Query, StringComparison.Ordinal);
        var account = Assert.Single(offered);
        Assert.Equal(("Acme Coffee", "https://www.tiktok.com/@acme"), (account.Name, account.Link));
        Assert.Equal(("open-1", "acme", Fake.Refresh), (account.Grant.Account, account.Grant.Username, account.Grant.RefreshToken));
        Assert.InRange((account.Grant.ExpiresAt!.Value - Now).TotalHours, 23, 24);
        Assert.InRange((account.Grant.EndsAt!.Value - Now).TotalDays, 364, 365);
    }

    [Fact]
    public async Task A_renewal_brings_a_new_refresh_token_and_the_old_one_is_refused()
    {
        var (network, old) = (Client<TikTokSignIn>(), Grant);

        var renewed = await network.RenewAsync(Registered, old, Cancel);
        var again = await network.RenewAsync(Registered, old, Cancel);

        Assert.Equal((Fake.Refresh, "open-1", "acme"),
            (renewed.Value!.RefreshToken, renewed.Value.Account, renewed.Value.Username));
        Assert.Equal(NetworkVerdict.GrantExpired, again.Verdict);
    }

    [Fact]
    public async Task A_wrong_code_or_request_is_no_sign_in()
    {
        var network = Client<TikTokSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier");
        Fake.Next("POST", "/token/", 200, new { error = "invalid_request", error_description = "Redirect_uri is not matched." });

        Assert.Equal(NetworkVerdict.Refused, (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Verdict);
        Assert.NotEqual(NetworkVerdict.Done, (await network.ExchangeAsync(Registered, request, "code-2", Cancel)).Verdict);
    }

    [Fact]
    public async Task A_wrong_secret_of_the_app_disconnects_no_page() => Assert.Equal(
        NetworkVerdict.NotNow, (await Client<TikTokSignIn>().RenewAsync(new("app-id", "wrong"), Grant, Cancel)).Verdict);

    [Fact]
    public async Task An_ended_access_is_renewed_by_the_caller()
    {
        var post = Publication(Post("Film", await VideoAsync())) with { Grant = Grant with { AccessToken = "expired" } };

        Assert.Equal((NetworkVerdict.GrantExpired, 0), ((await PublishAsync(Publisher, post)).Verdict, Sendings));
    }
}
