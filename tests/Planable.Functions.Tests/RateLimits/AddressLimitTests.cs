using System.Net;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.RateLimits;

/// <summary>60 calls a minute an address without a good token.</summary>
public sealed class AddressLimitTests(AzuriteFixture fixture) : LimitTests(fixture)
{
    [Theory]
    [InlineData(null)]
    [InlineData("pln_nonsense")]
    public async Task The_61st_call_without_a_token_is_one_too_many_and_after_the_wait_it_is_a_401_again(string? token)
    {
        var app = Start();
        for (var call = 0; call < 60; call++)
        {
            using var response = await SendAsync(app, token, "192.0.2.1");
            await response.EnvelopeAsync(HttpStatusCode.Unauthorized);
            Assert.Equal((60, 59 - call), (Number(response, "X-RateLimit-Limit"), Number(response, "X-RateLimit-Remaining")));
        }

        using var refused = await SendAsync(app, token, "192.0.2.1");
        await refused.EnvelopeAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        using var other = await SendAsync(app, token, "192.0.2.2");
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
        Time.Advance(TimeSpan.FromSeconds(Number(refused, "Retry-After")));
        using var later = await SendAsync(app, token, "192.0.2.1");
        Assert.Equal(HttpStatusCode.Unauthorized, later.StatusCode);
    }

    [Fact]
    public async Task Made_up_tokens_in_the_right_form_cost_sixty_reads_a_minute_at_the_most()
    {
        var app = Start();

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            using var response = await SendAsync(app, TokenText.New(), "192.0.2.3");
            return response.StatusCode;
        }));

        Assert.Equal((60, 240),
            (answers.Count(status => status is HttpStatusCode.Unauthorized),
                answers.Count(status => status is HttpStatusCode.TooManyRequests)));
        Assert.Equal(60, Calls.Reads);
    }

    [Fact]
    public void A_call_that_turns_out_to_be_good_is_given_back_however_long_that_took()
    {
        var limiter = Start().Get<AddressLimiter>();
        var (address, begun) = (IPAddress.Parse("192.0.2.7"), Time.GetUtcNow());
        limiter.Take(address);
        Time.Advance(TimeSpan.FromSeconds(3));
        limiter.Take(address);

        limiter.GiveBack(address, begun);

        Assert.Equal(59, limiter.Look(address).Remaining);
        Time.Advance(TimeSpan.FromSeconds(58));
        Assert.Equal(59, limiter.Look(address).Remaining);
    }

    [Fact]
    public async Task A_token_in_use_does_not_suffer_from_a_bad_neighbour()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        using (await SendAsync(app, company.Token, "192.0.2.4"))
        {
            await FloodAsync(app, "192.0.2.4");
        }

        using var good = await SendAsync(app, company.Token, "192.0.2.4");

        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Good_calls_do_not_count()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        for (var call = 0; call < 100; call++)
        {
            using var good = await SendAsync(app, company.Token, "192.0.2.5");
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        }
        using var bad = await SendAsync(app, null, "192.0.2.5");
        Assert.Equal(59, Number(bad, "X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task A_revoked_token_counts_as_no_good_from_then_on()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        using (await SendAsync(app, company.Token, "192.0.2.6"))
        {
            await Fixture.Get<TokenStore>().DeleteAsync(TokenText.Hash(company.Token), TestContext.Current.CancellationToken);
        }
        for (var call = 0; call < 60; call++)
        {
            using var gone = await SendAsync(app, company.Token, "192.0.2.6");
            Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);
        }
        var reads = Calls.Reads;

        using var refused = await SendAsync(app, company.Token, "192.0.2.6");

        Assert.Equal((HttpStatusCode.TooManyRequests, reads), (refused.StatusCode, Calls.Reads));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.7:4711", "192.0.2.7:1", true)]
    [InlineData("::ffff:192.0.2.8", "192.0.2.8", true)]
    [InlineData("203.0.113.1, 192.0.2.9", "203.0.113.2, 192.0.2.9", true)]
    public async Task Addresses_that_are_one_callers_count_together(string one, string other, bool together)
    {
        var app = Start();
        await FloodAsync(app, one);

        using var response = await SendAsync(app, null, other);

        Assert.Equal(together ? HttpStatusCode.TooManyRequests : HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Whoever_tries_links_of_shared_posts_is_held_and_whoever_has_one_is_not()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        var link = (await app.As(company.Token).PostAsync($"/posts/{(await company.MakeAsync())[0]}/share", new { })
            .OkAsync())["data"]!.Text("publicShareLink");
        for (var call = 0; call < 100; call++)
        {
            Assert.Equal(HttpStatusCode.OK, await OpenAsync(link));
        }
        for (var call = 0; call < 60; call++)
        {
            Assert.Equal(HttpStatusCode.NotFound, await OpenAsync(link[..^4] + "0000"));
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, await OpenAsync(link[..^4] + "0000"));

        async Task<HttpStatusCode> OpenAsync(string target)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            request.Headers.TryAddWithoutValidation(AddressHeader, "192.0.2.12");
            using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(response.StatusCode is HttpStatusCode.TooManyRequests, response.Headers.Contains("Retry-After"));
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/openapi.json", 200)]
    [InlineData("GET", "/api/v1/nowhere", 404)]
    [InlineData("PUT", "/api/v1/ping", 405)]
    [InlineData("GET", "/api/v1/ping", 401)]
    [InlineData("POST", "/api/v1/posts", 401)]
    public async Task Every_answer_of_the_api_says_what_is_left(string method, string path, int status)
    {
        var app = Start();
        using var request = new HttpRequestMessage(new(method), path);

        using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal((60, status == 401 ? 59 : 60), (Number(response, "X-RateLimit-Limit"), Number(response, "X-RateLimit-Remaining")));
        Assert.True(Number(response, "X-RateLimit-Reset") > 0);
        Assert.Equal("\"address\";q=60;w=60", response.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Contains("\"address\";r=", response.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_names_the_policy_as_the_draft_has_it()
    {
        var app = Start();
        await FloodAsync(app, "192.0.2.11");
        using var refused = await SendAsync(app, null, "192.0.2.11", "application/problem+json");
        var problem = System.Text.Json.Nodes.JsonNode.Parse(
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("https://iana.org/assignments/http-problem-types#quota-exceeded", problem.Text("type"));
        Assert.Equal("address", problem["violated-policies"]![0]!.GetValue<string>());
    }

    static async Task FloodAsync(App app, string address)
    {
        for (var call = 0; call < 61; call++)
        {
            using var response = await SendAsync(app, null, address);
        }
    }

    static async Task<HttpResponseMessage> SendAsync(App app, string? token, string address, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/ping");
        request.Headers.TryAddWithoutValidation(AddressHeader, address);
        request.Headers.TryAddWithoutValidation("Authorization", token is null ? null : "Bearer " + token);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
