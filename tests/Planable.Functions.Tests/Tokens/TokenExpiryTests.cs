using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Tokens;

/// <summary>The instant of a token's expiry, to the tick, and how many tokens there may be at it.</summary>
public sealed class TokenExpiryTests(AzuriteFixture fixture)
{
    static readonly DateTimeOffset Expiry = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-TimeSpan.TicksPerDay, false)]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(TimeSpan.TicksPerDay, true)]
    public void A_token_has_expired_from_its_instant_on(long after, bool isExpired)
    {
        Assert.Equal(isExpired, Expiring(Expiry).IsExpired(Expiry.AddTicks(after)));
        Assert.Equal(isExpired, Expiring(Expiry).IsExpired(Expiry.AddTicks(after).ToOffset(TimeSpan.FromHours(5))));
        Assert.False(Expiring(null).IsExpired(Expiry.AddTicks(after)));
    }

    [Fact]
    public void A_token_that_never_expires_has_not_at_the_end_of_time() => Assert.False(Expiring(null).IsExpired(DateTimeOffset.MaxValue));

    [Fact]
    public async Task Calls_are_answered_until_the_tick_before_the_expiry_and_not_from_it_on()
    {
        // Its limits, its directory and its notes go by this clock too, so it begins right before.
        var time = new FakeTimeProvider(Expiry.AddTicks(-2));
        await using var app = App.Start(fixture.ConnectionString, services => services.AddSingleton<TimeProvider>(time), App.CallsOnly);
        var company = await TestCompany.CreateAsync(app);
        var (expiring, endless) = (await company.TokenAsync(expiresAt: Expiry), await company.TokenAsync());

        foreach (var (ticks, status) in new[]
        {
            (1, HttpStatusCode.OK), (1, HttpStatusCode.Unauthorized), (1, HttpStatusCode.Unauthorized),
        })
        {
            time.Advance(TimeSpan.FromTicks(ticks));
            await app.As(expiring).GetAsync("/ping").ShouldBeAsync(status);
            await app.As(endless).GetAsync("/ping").OkAsync();
        }
    }

    /// <summary>Tokens that expire a tick after this instant, those that expire at it, and why there can be no more.</summary>
    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(9, 0, null)]
    [InlineData(9, 90, null)]
    [InlineData(9, 91, "A company lists at most 100 tokens. Remove some that have expired.")]
    [InlineData(0, 99, null)]
    [InlineData(0, 100, "A company lists at most 100 tokens. Remove some that have expired.")]
    [InlineData(10, 0, "A company has at most 10 active tokens. Revoke one that is no longer needed.")]
    [InlineData(11, 0, "A company has at most 10 active tokens. Revoke one that is no longer needed.")]
    [InlineData(10, 90, "A company has at most 10 active tokens. Revoke one that is no longer needed.")]
    public void A_company_has_10_active_tokens_and_lists_100(int active, int expired, string? refusal)
    {
        var tokens = ActivatorUtilities.CreateInstance<CompanyTokens>(fixture.App.Services, new FakeTimeProvider(Expiry));

        Token[] all =
        [
            .. Enumerable.Repeat(Expiring(Expiry.AddTicks(1)), active), .. Enumerable.Repeat(Expiring(Expiry), expired),
        ];

        Assert.Equal(refusal, tokens.CheckNewToken(Plan.Pro, all)?.Message);
    }

    [Fact]
    public async Task A_token_is_found_by_its_hash_until_it_expires()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var hash = TokenText.Hash(await company.TokenAsync(expiresAt: Expiry));

        Assert.NotNull(await FindAsync(-1));
        Assert.Null(await FindAsync(0));
        Assert.NotNull(await FindAsync(-1));

        Task<KnownToken?> FindAsync(long after) => ActivatorUtilities
            .CreateInstance<TokenStore>(fixture.App.Services, new FakeTimeProvider(Expiry.AddTicks(after))).FindAsync(hash, Cancel);
    }

    static Token Expiring(DateTimeOffset? at) => new("id", "company", "creator", "A token", Scope.Read, null, default, at, "hash");
}
