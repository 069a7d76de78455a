using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Meta;

/// <summary>Errors, and signing in.</summary>
public abstract partial class ContainerTests<TFake>
{
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
        Fake.Next("POST", PublishPath, status, new
        {
            error = new { message = "Raw words token-1", type = "OAuthException", code, error_subcode = subcode },
        });

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
