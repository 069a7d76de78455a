using Planable.Content.Posts;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Meta;

/// <summary>What Instagram and Threads have in common.</summary>
public abstract class ContainerTests<TFake>(AzuriteFixture azurite) : NetworkGround<TFake>(azurite) where TFake : FakeContainers, new()
{
    private protected abstract IPublisher Publisher { get; }

    private protected abstract INetworkSignIn SignIn { get; }

    private protected abstract string Edge { get; }

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private protected string PublishPath => $"/{Edge}_publish";

    private protected async Task<Post> PictureAsync(string text = "Picture") => Post(text, await JpegAsync());

    private protected Sent[] Created => Fake.Of("POST", $"/{Edge}");

    [Fact]
    public async Task A_picture_is_published_and_its_container_is_the_handle()
    {
        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.Equal($"https://{Fake.Network}.example/p/{answer.RemoteId}", answer.Link);
        Assert.Equal(["Picture"], Fake.Visible);
        Assert.Equal((1, Fake.Prepared[0]), (Sendings, SentHandle));
        Assert.Equal(Fake.Prepared[0], Fake.Of("POST", PublishPath)[0].Form["creation_id"]);
    }

    [Fact]
    public async Task A_published_post_whose_link_is_not_told_is_published_all_the_same()
    {
        Fake.Next("GET", "/1002", 500);

        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal((NetworkVerdict.Done, null), (answer.Verdict, answer.Link));
        Assert.Equal("1002", answer.RemoteId);
    }

    [Fact]
    public async Task Many_files_are_children_of_one_container_in_their_order()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Three", await JpegAsync(), await VideoAsync(), await JpegAsync(600, 600))));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        var last = Created[^1].Form;
        Assert.Equal(("CAROUSEL", string.Join(',', Fake.Prepared[..3])), (last["media_type"], last["children"]));
        Assert.All(Created[..3], one => Assert.Equal("true", one.Form["is_carousel_item"]));
        Assert.All(Created[..3], one => Assert.DoesNotContain("Three", one.Body, StringComparison.Ordinal));
        Assert.Contains("video_url", Created[1].Form.Keys);
        Assert.Equal(["Three"], Fake.Visible);
    }

    [Fact]
    public async Task A_video_that_is_being_prepared_is_not_handed_over_again()
    {
        Fake.Polls = 1;
        var post = Post("Film", await VideoAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, TimeSpan.FromSeconds(30)), (first.Verdict, first.RetryAfter));
        Assert.Equal((0, Fake.Prepared[0]), (Sendings, first.Handle));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Single(Created);
    }

    [Fact]
    public async Task Children_that_are_being_prepared_are_gone_on_with()
    {
        Fake.Polls = 1;
        var post = Post("Two", await VideoAsync(), await JpegAsync());

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotReady, "children:" + string.Join(',', Fake.Prepared)), (first.Verdict, first.Handle));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));
        Assert.Equal((NetworkVerdict.NotReady, Fake.Prepared[2]), (second.Verdict, second.Handle));
        var third = await PublishAsync(Publisher, Publication(post, second.Handle));

        Assert.Equal(NetworkVerdict.Done, third.Verdict);
        Assert.Equal(3, Created.Length);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task Children_that_were_made_before_a_failure_are_used_again()
    {
        var post = Post("Two", await JpegAsync(), await JpegAsync(600, 600));
        Fake.Later = (1, Fault.LosesRequest);

        var first = await PublishAsync(Publisher, Publication(post));
        Assert.Equal((NetworkVerdict.NotNow, "children:" + Fake.Prepared[0], 0), (first.Verdict, first.Handle, Sendings));
        var second = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, second.Verdict);
        Assert.Equal(3, Fake.Prepared.Length);
    }

    [Theory]
    [InlineData("EXPIRED")]
    [InlineData(null)]
    public async Task Children_that_have_expired_are_made_anew(string? state)
    {
        Fake.Polls = 1;
        var post = Post("Two", await VideoAsync(), await JpegAsync());
        var first = await PublishAsync(Publisher, Publication(post));
        Fake.Polls = 0;
        var child = Fake.Prepared[0];
        if (state is null)
        {
            Fake.Forget(child);
        }
        else
        {
            Fake.Set(child, state);
            Assert.Equal(2, Fake.Prepared.Length);
            await PollAllAsync();
        }

        var answer = await PublishAsync(Publisher, Publication(post, first.Handle));

        Assert.Equal(NetworkVerdict.Done, answer.Verdict);
        Assert.DoesNotContain(child, Created[^1].Form["children"], StringComparison.Ordinal);
    }

    /// <summary>Whoever asks is told once more that it is in progress.</summary>
    async Task PollAllAsync()
    {
        using var http = new HttpClient();
        foreach (var id in Fake.Prepared)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Fake.Address}/{(Edge == "media" ? "v25.0" : "v1.0")}/{id}");
            request.Headers.Authorization = new("Bearer", Fake.Access);
            using var _ = await http.SendAsync(request, Cancel);
        }
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Garbage))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_post_whose_answer_is_lost_is_found_by_its_container(string fault)
    {
        Fake.Next("POST", PublishPath, Enum.Parse<Fault>(fault));
        var post = await PictureAsync("Two  words\nand more");

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, "1002"), (found.Verdict, found.RemoteId));
        Assert.Equal($"https://{Fake.Network}.example/p/1002", found.Link);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_request_that_was_lost_did_not_arrive_and_is_repeated_with_the_same_container()
    {
        Fake.Next("POST", PublishPath, Fault.LosesRequest);
        var post = await PictureAsync();

        var answer = await PublishAsync(Publisher, Publication(post));
        Assert.Equal(NetworkVerdict.Unknown, answer.Verdict);
        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Assert.Equal(NetworkVerdict.Refused, found.Verdict);
        var again = await PublishAsync(Publisher, Publication(post, SentHandle));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.Single(Created);
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_published_container_is_never_published_again()
    {
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));

        var again = await PublishAsync(Publisher, Publication(post, SentHandle));

        Assert.Equal((NetworkVerdict.Done, "1002"), (again.Verdict, again.RemoteId));
        Assert.Single(Fake.Of("POST", PublishPath));
        Assert.Single(Fake.Visible);
    }

    [Fact]
    public async Task A_published_post_that_is_not_in_the_list_yet_is_done_without_a_link()
    {
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        Fake.Lag = 1;
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));

        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, SentHandle, null), (found.Verdict, found.RemoteId, found.Link));
        Assert.Contains("does not tell its address", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_post_is_not_taken_for_another_with_the_same_text()
    {
        Fake.Has("Picture", Now.AddDays(-1));
        Fake.Has("Other", Now);
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));

        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Fake.Has("Picture", Now);
        var doubtful = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal("1004", found.RemoteId);
        Assert.Equal((NetworkVerdict.Done, SentHandle), (doubtful.Verdict, doubtful.RemoteId));
    }

    [Theory]
    [InlineData("FINISHED", nameof(NetworkVerdict.Refused))]
    [InlineData("IN_PROGRESS", nameof(NetworkVerdict.NotNow))]
    [InlineData("ERROR", nameof(NetworkVerdict.Refused))]
    [InlineData("EXPIRED", nameof(NetworkVerdict.Refused))]
    public async Task The_state_of_a_container_tells_what_became_of_an_attempt(string state, string verdict)
    {
        Fake.Next("POST", PublishPath, Fault.LosesRequest);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));
        Fake.Set(SentHandle!, state);

        var found = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal(verdict, found.Verdict.ToString());
        Assert.NotNull(found.Message);
    }

    [Fact]
    public async Task A_container_that_is_forgotten_leaves_the_outcome_unknown_unless_the_post_is_seen()
    {
        Fake.Next("POST", PublishPath, Fault.LosesAnswer);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));
        Fake.Forget(SentHandle!);

        var seen = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);
        Fake.Lag = 1;
        var unseen = await Publisher.FindAsync(Publication(post, SentHandle, Now), Cancel);

        Assert.Equal((NetworkVerdict.Done, NetworkVerdict.Unknown), (seen.Verdict, unseen.Verdict));
    }

    [Fact]
    public async Task A_question_that_gets_no_answer_leaves_the_outcome_open()
    {
        await PublishAsync(Publisher, Publication(await PictureAsync()));
        Fake.Next("GET", SentHandle!, Fault.LosesRequest);

        var found = await Publisher.FindAsync(Publication(await PictureAsync(), SentHandle, Now), Cancel);

        Assert.Equal(NetworkVerdict.NotNow, found.Verdict);
    }

    [Theory]
    [InlineData("EXPIRED")]
    [InlineData(null)]
    public async Task A_container_that_has_expired_is_made_anew(string? state)
    {
        Fake.Next("POST", PublishPath, Fault.LosesRequest);
        var post = await PictureAsync();
        await PublishAsync(Publisher, Publication(post));
        var old = SentHandle!;
        if (state is null)
        {
            Fake.Forget(old);
        }
        else
        {
            Fake.Set(old, state);
        }

        var again = await PublishAsync(Publisher, Publication(post, old));

        Assert.Equal(NetworkVerdict.Done, again.Verdict);
        Assert.NotEqual(old, SentHandle);
        Assert.Single(Fake.Visible);
    }

    [Theory]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.LosesRequest))]
    [InlineData(nameof(Fault.CutsAnswer))]
    [InlineData(nameof(Fault.Html))]
    public async Task A_fault_before_anything_can_be_seen_can_be_repeated(string fault)
    {
        Fake.Next("POST", $"/{Edge}", Enum.Parse<Fault>(fault));

        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal((NetworkVerdict.NotNow, 0), (answer.Verdict, Sendings));
        Assert.Empty(Fake.Visible);
    }

    [Fact]
    public async Task A_state_that_is_not_told_keeps_the_container()
    {
        Fake.Next("GET", "/1001", 503);

        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal((NetworkVerdict.NotNow, "1001", 0), (answer.Verdict, answer.Handle, Sendings));
    }

    [Theory]
    [InlineData(400, 9007, 2207027, nameof(NetworkVerdict.NotNow))]
    [InlineData(400, 24, 2207006, nameof(NetworkVerdict.NotNow))]
    [InlineData(400, 24, 4279009, nameof(NetworkVerdict.NotNow))]
    [InlineData(400, 24, 2207008, nameof(NetworkVerdict.NotNow))]
    [InlineData(400, -1, 2207003, nameof(NetworkVerdict.NotNow))]
    [InlineData(400, -1, 2207032, nameof(NetworkVerdict.NotNow))]
    [InlineData(400, -1, 2207053, nameof(NetworkVerdict.NotNow))]
    [InlineData(400, -1, 2207082, nameof(NetworkVerdict.NotNow))]
    [InlineData(403, 9, 2207042, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 4, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 17, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 32, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 613, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 80002, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(403, 4, 2207051, nameof(NetworkVerdict.RateLimited))]
    [InlineData(400, 368, 0, nameof(NetworkVerdict.RateLimited))]
    [InlineData(403, 25, 2207050, nameof(NetworkVerdict.Refused))]
    [InlineData(403, 25, 4279013, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 100, 0, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 36003, 2207009, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 352, 2207026, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 9004, 2207052, nameof(NetworkVerdict.Refused))]
    [InlineData(403, 10, 0, nameof(NetworkVerdict.Refused))]
    [InlineData(403, 200, 0, nameof(NetworkVerdict.Refused))]
    [InlineData(403, 230, 0, nameof(NetworkVerdict.Refused))]
    [InlineData(400, 190, 463, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(401, 190, 460, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(400, 102, 0, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(400, 1, 0, nameof(NetworkVerdict.Unknown))]
    [InlineData(500, 2, 0, nameof(NetworkVerdict.Unknown))]
    public async Task Each_error_of_the_publishing_request_means_what_Meta_says(int status, int code, int subcode, string verdict)
    {
        Fake.Next("POST", PublishPath, status, new { error = new { message = "Raw words token-1", type = "OAuthException", code, error_subcode = subcode } });

        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.DoesNotContain("Raw words", answer.Message, StringComparison.Ordinal);
        Assert.Equal(answer.Verdict is NetworkVerdict.NotNow or NetworkVerdict.RateLimited ? SentHandle : null, answer.Handle);
        Assert.Empty(Fake.Visible);
    }

    [Theory]
    [InlineData(500, nameof(NetworkVerdict.Unknown))]
    [InlineData(502, nameof(NetworkVerdict.Unknown))]
    [InlineData(503, nameof(NetworkVerdict.Unknown))]
    [InlineData(429, nameof(NetworkVerdict.RateLimited))]
    [InlineData(413, nameof(NetworkVerdict.Refused))]
    public async Task Each_status_without_an_error_means_what_HTTP_says(int status, string verdict)
    {
        Fake.Next("POST", PublishPath, status, "<html></html>", ("Retry-After", "420"));

        var answer = await PublishAsync(Publisher, Publication(await PictureAsync()));

        Assert.Equal(verdict, answer.Verdict.ToString());
        Assert.Equal(TimeSpan.FromMinutes(7), answer.RetryAfter);
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_is_told_before_anything_is_made()
    {
        var publication = Publication(await PictureAsync());

        var answer = await PublishAsync(Publisher, publication with { Grant = publication.Grant! with { AccessToken = "old" } });

        Assert.Equal((NetworkVerdict.GrantExpired, 0), (answer.Verdict, Sendings));
        Assert.Empty(Fake.Prepared);
    }

    [Fact]
    public async Task GIFs_are_refused_before_anything_is_made()
    {
        var answer = await PublishAsync(Publisher, Publication(Post("Moving", await GifAsync())));

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task A_token_renews_itself_and_the_old_one_is_refused()
    {
        var renewed = await SignIn.RenewAsync(Registered, Grant with { AccessToken = Fake.Access }, Cancel);
        var again = await SignIn.RenewAsync(Registered, new("17840", "token-1") { RefreshToken = "token-1" }, Cancel);

        Assert.Equal((Fake.Access, Fake.Access, "17840"), (renewed.Value!.AccessToken, renewed.Value.RefreshToken, renewed.Value.Account));
        Assert.InRange((renewed.Value.ExpiresAt - Now)!.Value.TotalDays, 52.9, 53);
        Assert.InRange((renewed.Value.EndsAt - Now)!.Value.TotalDays, 59.9, 60);
        Assert.Equal(NetworkVerdict.GrantExpired, again.Verdict);
    }

    [Theory]
    [InlineData(4, nameof(NetworkVerdict.RateLimited))]
    [InlineData(1, nameof(NetworkVerdict.NotNow))]
    [InlineData(190, nameof(NetworkVerdict.GrantExpired))]
    [InlineData(100, nameof(NetworkVerdict.GrantExpired))]
    public async Task Only_a_refused_token_disconnects_a_page(int code, string verdict)
    {
        Fake.Next("GET", "/refresh_access_token", 400, new { error = new { message = "m", type = "OAuthException", code } });

        Assert.Equal(verdict, (await SignIn.RenewAsync(Registered, Grant, Cancel)).Verdict.ToString());
    }

    [Fact]
    public async Task A_person_signs_in_and_offers_the_one_account()
    {
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var address = SignIn.Address(Registered, request);
        var grant = (await SignIn.ExchangeAsync(Registered, request, "code-1#_", Cancel)).Value!;
        var account = Assert.Single((await SignIn.AccountsAsync(Registered, grant, Cancel)).Value!);

        Assert.Contains("state=state-1", address.Query, StringComparison.Ordinal);
        Assert.Contains("content_publish", address.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("app-secret", address.Query, StringComparison.Ordinal);
        Assert.Equal(("Acme Coffee", "17840", "acme"), (account.Name, account.Grant.Account, account.Grant.Username));
        Assert.Equal((Fake.Access, Fake.Access), (account.Grant.AccessToken, account.Grant.RefreshToken));
        Assert.EndsWith("acme", account.Link!.TrimEnd('/'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_is_not_accepted_is_no_sign_in()
    {
        var request = new SignInRequest(new("https://app.example.com/back"), "state-1", "verifier-verifier-verifier-verifier-verifier");

        var answer = await SignIn.ExchangeAsync(Registered, request, "wrong", Cancel);

        Assert.Equal(NetworkVerdict.Refused, answer.Verdict);
        Assert.DoesNotContain("Invalid authorization", answer.Message, StringComparison.Ordinal);
    }
}
