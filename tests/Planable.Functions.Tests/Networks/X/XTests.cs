using Planable.Networks;
using Planable.Networks.X;

namespace Planable.Functions.Tests.Networks.X;

public sealed class XTests(AzuriteFixture azurite) : NetworkGround<FakeX>(azurite)
{
    XPublisher Publisher => Client<XPublisher>();

    [Fact]
    public async Task A_text_is_posted_once_and_its_link_is_known()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Hello")));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal($"https://x.com/acme/status/{answer.RemoteId}", answer.Link);
        Assert.Equal(["Hello"], Fake.Visible);
        Assert.Equal(1, Sendings);
    }

    [Fact]
    public async Task Pictures_are_uploaded_before_the_post_names_them()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Two", await JpegAsync(), await PngAsync())));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal(SentHandle!.Split(','), Fake.Of("POST", "/2/tweets")[0].Json["media"]!["media_ids"]!.AsArray().Select(id => $"{id}"));
        Assert.Equal(2, Fake.Of("POST", "/append").Length);
    }

    [Fact]
    public async Task A_GIF_has_a_category_of_its_own()
    {
        await PublishAsync(Publisher, Publication(Post("Moving", await GifAsync())));

        Assert.Equal("tweet_gif", Fake.Of("POST", "/initialize")[0].Json.Text("media_category"));
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_video_that_is_still_processed_is_not_uploaded_anew()
    {
        Fake.Polls = 1;
        var post = Post("Film", await VideoAsync(bytes: 9 * 1024 * 1024));

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, TimeSpan.FromSeconds(3)), (first.Verdict, first.RetryAfter));
        Assert.Empty(Fake.Visible);
        Assert.Equal(0, Sendings);
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Single(Fake.Of("POST", "/initialize"));
        Assert.Equal(3, Fake.Of("POST", "/append").Length);
    }

    [Fact]
    public async Task A_video_that_X_cannot_process_is_refused_and_begun_anew_the_next_time()
    {
        Fake.FailsProcessing = true;

        var answer = await PublishAsync(Publisher, Publication(Post("Film", await VideoAsync())));

        Assert.Equal((NetworkVerdict.Refused, null), (answer.Verdict, answer.Handle));
        Assert.Equal(0, Sendings);
    }

    [Fact]
    public async Task Files_that_X_no_longer_has_are_uploaded_anew()
    {
        var post = Post("Picture", await JpegAsync());

        var first = await PublishAsync(Publisher, Publication(post, handle: "999"));
        Assert.Equal((NetworkVerdict.NotNow, ""), (first.Verdict, first.Handle));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_post_whose_answer_is_lost_is_found_on_the_timeline(string fault)
    {
        Fake.Next("POST", "/2/tweets", Enum.Parse<Fault>(fault));
        var post = Post("See https://example.com/a & more");

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, TimeProvider.System.GetUtcNow()), Cancel);

        Assert.Equal(NetworkVerdict.Done, found.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_post_with_pictures_is_found_by_them()
    {
        Fake.Next("POST", "/2/tweets", Fault.LosesAnswer);
        var post = Post("Same text", await JpegAsync());

        await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, SentHandle, TimeProvider.System.GetUtcNow()), Cancel);
        var other = await Publisher.FindAsync(Publication(post, "999", TimeProvider.System.GetUtcNow()), Cancel);

        Assert.Equal((NetworkVerdict.Done, NetworkVerdict.Unknown), (found.Verdict, other.Verdict));
    }

    [Fact]
    public async Task A_post_that_the_timeline_does_not_have_may_still_be_there()
    {
        Fake.Next("POST", "/2/tweets", Fault.LosesAnswer);
        Fake.Lag = 1;
        var post = Post();

        await PublishAsync(Publisher, Publication(post));
        var found = await Publisher.FindAsync(Publication(post, null, TimeProvider.System.GetUtcNow()), Cancel);

        Assert.Equal(NetworkVerdict.Unknown, found.Verdict);
    }

    [Fact]
    public async Task A_duplicate_is_the_post_whose_answer_was_lost()
    {
        var post = Post("Once");
        Fake.Next("POST", "/2/tweets", Fault.LosesAnswer);
        await PublishAsync(Publisher, Publication(post));

        var again = await PublishAsync(Publisher, Publication(post, sentAt: TimeProvider.System.GetUtcNow()));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_request_that_did_not_reach_X_before_the_post_can_be_repeated()
    {
        Fake.Next("POST", "/initialize", Fault.LosesAnswer);

        var answer = await PublishAsync(Publisher, Publication(Post("Picture", await JpegAsync())));

        Assert.Equal(NetworkVerdict.NotNow, answer.Verdict);
        Assert.Equal(0, Sendings);
    }

    [Theory]
    [InlineData(400, "about:blank", "bad", nameof(NetworkVerdict.Refused))]
    [InlineData(401, "about:blank", "Unauthorized", nameof(NetworkVerdict.GrantExpired))]
    [InlineData(402, "about:blank", "credits depleted", nameof(NetworkVerdict.RateLimited))]
    [InlineData(403, "https://api.x.com/2/problems/usage-capped", "cap", nameof(NetworkVerdict.RateLimited))]
    [InlineData(403, "https://api.x.com/2/problems/client-forbidden", "not permitted", nameof(NetworkVerdict.Refused))]
    [InlineData(403, "about:blank", "User has been suspended", nameof(NetworkVerdict.Refused))]
    [InlineData(404, "about:blank", "none", nameof(NetworkVerdict.Refused))]
    [InlineData(429, "about:blank", "Too Many Requests", nameof(NetworkVerdict.RateLimited))]
    [InlineData(500, "about:blank", "oops", nameof(NetworkVerdict.Unknown))]
    [InlineData(502, "about:blank", "oops", nameof(NetworkVerdict.Unknown))]
    [InlineData(503, "about:blank", "Service Unavailable", nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_the_post_means_what_X_says(int status, string type, string detail, string verdict)
    {
        Fake.Next("POST", "/2/tweets", status, new { title = "T", detail, type, status });

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.DoesNotContain("access-1", answer.Message, StringComparison.Ordinal);
        Assert.Empty(Fake.Visible);
    }

    [Fact]
    public async Task A_rate_limit_lasts_as_long_as_X_says()
    {
        var until = TimeProvider.System.GetUtcNow().AddMinutes(7).ToUnixTimeSeconds();
        Fake.Next("POST", "/2/tweets", 429, new { title = "Too Many Requests" }, ("x-rate-limit-reset", $"{until}"));

        var answer = await PublishAsync(Publisher, Publication(Post()));

        Assert.InRange(answer.RetryAfter!.Value.TotalMinutes, 6, 7);
    }

    [Fact]
    public async Task The_first_comment_is_a_reply()
    {
        var done = await PublishAsync(Publisher, Publication(Post()));

        var comment = await Publisher.CommentAsync(Publication(Post()), done.RemoteId!, "First", Cancel);

        Assert.Equal(NetworkVerdict.Done, comment.Verdict);
        Assert.Equal([done.RemoteId!], Fake.ReplyTo);
    }

    [Fact]
    public async Task A_reply_that_X_forbids_says_so()
    {
        Fake.Next("POST", "/2/tweets", 403, new { title = "Forbidden", detail = "Replies are not allowed here.", status = 403 });

        var comment = await Publisher.CommentAsync(Publication(Post()), "1", "First", Cancel);

        Assert.Equal((NetworkVerdict.Refused, "X does not allow this reply by an app."), (comment.Verdict, comment.Message));
    }

    [Fact]
    public async Task A_posts_figures_are_read()
    {
        var figures = await PostFiguresAsync(Client<XMetrics>(), "1");

        Assert.Equal((240, 40, 12), (figures.Value!.Impressions, figures.Value.Engagement, figures.Value.Reactions));
    }

    [Fact]
    public async Task A_post_that_is_gone_has_no_figures() =>
        Assert.Equal(NetworkVerdict.Refused, (await PostFiguresAsync(Client<XMetrics>(), "gone")).Verdict);

    [Fact]
    public async Task A_person_signs_in_with_PKCE_and_offers_the_account()
    {
        var network = Client<XSignIn>();
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = network.Address(Registered, request);
        var grant = (await network.ExchangeAsync(Registered, request, "code-1", Cancel)).Value!;
        var offered = (await network.AccountsAsync(Registered, grant, Cancel)).Value!;

        Assert.Contains("code_challenge_method=S256", address.Query, StringComparison.Ordinal);
        Assert.Contains("media.write", address.Query, StringComparison.Ordinal);
        Assert.DoesNotContain(request.Verifier, address.Query, StringComparison.Ordinal);
        Assert.Equal(request.Verifier, Fake.Of("POST", "/token")[0].Form["code_verifier"]);
        var account = Assert.Single(offered);
        Assert.Equal(("Acme Coffee", "https://x.com/acme", "account-1"), (account.Name, account.Link, account.Grant.Account));
        Assert.NotNull(account.Grant.RefreshToken);
    }

    [Fact]
    public async Task A_renewal_brings_a_new_refresh_token_and_the_old_one_is_refused()
    {
        var network = Client<XSignIn>();

        var old = Grant;
        var renewed = await network.RenewAsync(Registered, old, Cancel);
        var again = await network.RenewAsync(Registered, old, Cancel);

        Assert.Equal(Fake.Refresh, renewed.Value!.RefreshToken);
        Assert.Equal("account-1", renewed.Value.Account);
        Assert.Equal(NetworkVerdict.GrantExpired, again.Verdict);
    }

    [Fact]
    public async Task A_wrong_secret_of_the_app_disconnects_no_page()
    {
        Fake.Next("POST", "/token", 401, new { error = "invalid_client" });

        Assert.Equal(NetworkVerdict.NotNow, (await Client<XSignIn>().RenewAsync(Registered, Grant, Cancel)).Verdict);
    }
}
