using System.Net;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Platform.Hosting;

namespace Planable.Functions.Tests.RateLimits;

/// <summary>600 reads and 120 writes a minute a token.</summary>
public sealed class TokenLimitTests(AzuriteFixture fixture) : LimitTests(fixture)
{
    [Fact]
    public async Task The_601st_read_within_a_minute_is_one_too_many_and_after_the_wait_it_is_told_succeeds()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));

        Assert.Equal(600, await ReadAsync(app, company.Token, 600));
        using var refused = await app.As(company.Token).GetAsync("/ping");

        await refused.EnvelopeAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.Equal((600, 0), (Number(refused, "X-RateLimit-Limit"), Number(refused, "X-RateLimit-Remaining")));
        var wait = Number(refused, "Retry-After");
        Assert.InRange(wait, 59, 62);
        Time.Advance(TimeSpan.FromSeconds(wait));
        await app.As(company.Token).GetAsync("/ping").OkAsync();
    }

    [Fact]
    public async Task The_121st_write_is_one_too_many_makes_nothing_and_reads_go_on()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));

        for (var write = 0; write < 120; write++)
        {
            await app.As(company.Token).PostAsync("/posts", company.Post()).CreatedAsync();
        }
        using var refused = await app.As(company.Token).PostAsync("/posts", company.Post());

        await refused.EnvelopeAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.Equal(120, await company.CountAsync());
        await app.As(company.Token).GetAsync("/ping").OkAsync();
        await app.As(await company.TokenAsync()).PostAsync("/posts", company.Post()).CreatedAsync();
    }

    [Fact]
    public async Task Whoever_waits_as_long_as_told_each_time_is_let_through_each_time()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        var waits = 0;
        for (var call = 0; call < 1_500; call++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(37));
            using var response = await app.As(company.Token).GetAsync("/ping");
            if (response.StatusCode is HttpStatusCode.TooManyRequests)
            {
                Time.Advance(TimeSpan.FromSeconds(Number(response, "Retry-After")));
                await app.As(company.Token).GetAsync("/ping").OkAsync();
                waits++;
            }
        }
        Assert.True(waits > 0);
    }

    [Fact]
    public async Task Remaining_counts_down_one_a_call_and_comes_back_after_a_minute()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));

        for (var call = 1; call <= 100; call++)
        {
            using var response = await app.As(company.Token).GetAsync("/ping");
            Assert.Equal(600 - call, Number(response, "X-RateLimit-Remaining"));
            Assert.Equal("\"read\";q=600;w=60", response.Headers.GetValues("RateLimit-Policy").Single());
            Assert.Matches($"^\"read\";r={600 - call};t=(60|61)$", response.Headers.GetValues("RateLimit").Single());
            Assert.InRange(Number(response, "X-RateLimit-Reset") - Time.GetUtcNow().ToUnixTimeSeconds(), 60, 62);
        }
        Time.Advance(TimeSpan.FromSeconds(61));
        using var later = await app.As(company.Token).GetAsync("/ping");
        Assert.Equal(599, Number(later, "X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task A_token_that_collects_refusals_is_limited_too()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        var reader = await company.TokenAsync(Scope.Read);
        for (var write = 0; write < 120; write++)
        {
            await app.As(reader).PostAsync("/posts", company.Post()).ForbiddenAsync();
        }

        using var refused = await app.As(reader).PostAsync("/posts", company.Post());

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Fact]
    public async Task At_five_calls_a_minute_limits_cost_no_storage_call()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));

        for (var call = 0; call < 100; call++)
        {
            Time.Advance(TimeSpan.FromSeconds(12));
            await app.As(company.Token).GetAsync("/ping").OkAsync();
            await app.As(company.Token)
                .PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = $"Label {call}", color = "feta" }).CreatedAsync();
        }

        // Each call reads the token's row once, limits or not.
        Assert.Equal((0, 200), (Calls.Writes, Calls.Reads));
    }

    [Fact]
    public async Task A_limited_flood_costs_no_more_than_one_storage_call_a_second()
    {
        const int Seconds = 30, Rate = 1_000;
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        var store = app.Get<TokenStore>();
        var limiter = app.Get<TokenLimiter>();
        Assert.Equal(600, await ReadAsync(app, company.Token, 700));
        var known = await store.FindAsync(TokenText.Hash(company.Token), TestContext.Current.CancellationToken);
        var before = Calls.Writes + Calls.Reads;

        // The end of the first calls' minute falls into it.
        Time.Advance(TimeSpan.FromSeconds(45));
        var allowed = 0;
        for (var call = 0; call < Seconds * Rate; call++)
        {
            Time.Advance(TimeSpan.FromSeconds(1) / Rate);
            allowed += (await limiter.TakeAsync(known!, isRead: true, TestContext.Current.CancellationToken))!.IsOver ? 0 : 1;
        }

        Assert.InRange(allowed, 570, 600);
        Assert.InRange(Calls.Writes + Calls.Reads - before, 1, Seconds);
    }

    [Fact]
    public async Task What_an_instance_let_through_before_it_asked_is_settled_by_its_first_lease()
    {
        var (one, other, company) = (Start(), Start(), await TestCompany.CreateAsync(Fixture));
        Assert.Equal(25, await ReadAsync(one, company.Token, 25, pauseMilliseconds: 50));
        Assert.Equal(0, Calls.Writes);
        Assert.Equal(10, await ReadAsync(one, company.Token, 10, pauseMilliseconds: 50));

        using var seen = await other.As(company.Token).GetAsync("/ping");

        Assert.InRange(Number(seen, "X-RateLimit-Remaining"), 600 - 36 - 40, 600 - 31);
    }

    [Fact]
    public async Task What_a_burst_leased_and_did_not_use_is_there_for_other_instances_seconds_later()
    {
        var (one, other, company) = (Start(), Start(), await TestCompany.CreateAsync(Fixture));
        Assert.Equal(40, await ReadAsync(one, company.Token, 40));
        var leased = Calls.Writes;
        Assert.True(leased > 0);

        Time.Advance(TimeSpan.FromSeconds(3));
        await Hosting.Eventually.TrueAsync(() => Calls.Writes > leased, "the rest of the lease is given back");

        Assert.InRange(await ReadAsync(other, company.Token, 600), 555, 560);
    }

    [Fact]
    public async Task What_an_instance_leased_when_it_died_is_back_after_a_minute()
    {
        var (one, other, company) = (Start(), Start(), await TestCompany.CreateAsync(Fixture));
        Assert.Equal(100, await ReadAsync(one, company.Token, 100));
        await one.DisposeAsync();

        Assert.True(await ReadAsync(other, company.Token, 600) <= 500);
        Time.Advance(TimeSpan.FromSeconds(63));

        Assert.Equal(600, await ReadAsync(other, company.Token, 600));
    }

    [Fact]
    public async Task Calls_at_once_on_one_instance_are_held_to_the_limit_exactly()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));

        var allowed = await Task.WhenAll(Enumerable.Range(0, 900).Select(_ => IsAllowedAsync(app.As(company.Token).GetAsync("/ping"))));

        Assert.Equal(600, allowed.Count(one => one));
        Assert.True(Calls.Writes <= 15, $"{Calls.Writes} leases");
    }

    [Fact]
    public async Task A_token_revoked_while_its_calls_are_leased_is_gone_and_stays_gone()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(Fixture));
        var hash = TokenText.Hash(company.Token);
        var known = (await app.Get<TokenStore>().FindAsync(hash, TestContext.Current.CancellationToken))!;
        Assert.Equal(30, await ReadAsync(app, company.Token, 30));

        await Fixture.Get<TokenStore>().DeleteAsync(hash, TestContext.Current.CancellationToken);

        // As a call finds it that had read the row before.
        Assert.Null(
            await app.Get<TokenLimiter>().TakeAsync(known, isRead: true, TestContext.Current.CancellationToken));
        Assert.Null(await app.Get<TokenStore>().RowAsync(hash, TestContext.Current.CancellationToken));
        await app.As(company.Token).GetAsync("/ping").UnauthorizedAsync();
    }

    [Theory]
    [InlineData("RateLimits:Reads", "0")]
    [InlineData("RateLimits:Writes", "-1")]
    [InlineData("RateLimits:Address", "many")]
    public void A_limit_that_is_none_stops_the_start_and_is_named(string setting, string value)
    {
        var failure = Assert.Throws<StartupFailure>(() => RateLimitSettings.Read(
            new Microsoft.Extensions.Configuration.ConfigurationManager { [setting] = value }));

        Assert.Contains(setting.Replace(":", "__", StringComparison.Ordinal), failure.Message, StringComparison.Ordinal);
    }
}
