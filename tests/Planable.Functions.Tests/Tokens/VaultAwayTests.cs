using Azure;
using Planable.Functions.Tests.Work;

namespace Planable.Functions.Tests.Tokens;

/// <summary>A vault that is away, or will not, keeps tokens from being made and not from being revoked.</summary>
public sealed class VaultAwayTests(TokenGround ground) : TokenTests(ground)
{
    /// <summary>More than the attempts that a message has.</summary>
    const int Long = 6;

    /// <summary>What the caller is told of these is 503 and 500.</summary>
    [Theory]
    [InlineData(429)]
    [InlineData(403)]
    public async Task A_token_that_the_vault_does_not_take_is_not_made(int status)
    {
        var company = await TestCompany.CreateAsync(One);
        Refuse(status, 1);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => GenerateAsync(One, company));

        Assert.Equal(status, error.Status);
        Assert.Empty(await AuditAsync(company));
        await AgreeAsync(company);
        Assert.Equal(0, await Ground.DispatchAsync());
        Assert.Empty(await ListedAsync(company));
        await AgreeAsync(company);
        await MakeAsync(One, company);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(403)]
    public async Task A_token_is_revoked_while_the_vault_is_away_and_its_secret_goes_when_it_is_back(int status)
    {
        var company = await TestCompany.CreateAsync(One);
        var (token, text) = await MakeAsync(One, company);
        await Ground.DispatchAsync();
        Refuse(status, Long);

        await RevokeAsync(One, company, token);

        await Other.As(text).GetAsync("/ping").UnauthorizedAsync();
        for (var attempt = 0; attempt < Long; attempt++)
        {
            Assert.Equal([token.Hash], Secrets);
            Assert.Equal(0, await Ground.DispatchAsync(again: attempt > 0));
        }
        Assert.Equal(0, await Ground.DispatchAsync(again: true));
        Assert.Empty(Secrets);
        Assert.Empty(await RowsAsync(company));
    }

    [Fact]
    public async Task What_a_creation_left_that_never_came_goes_when_the_vault_is_back()
    {
        var instant = new Instant();
        await using var mortal = Ground.Start(instant);
        var company = await TestCompany.CreateAsync(One);
        instant.BeforeCommit = () =>
        {
            instant.DieAfter(0);
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<Instant.DeadException>(() => GenerateAsync(mortal, company));
        Assert.Single(Secrets);
        Refuse(429, Long);

        for (var attempt = 0; attempt <= Long; attempt++)
        {
            Assert.Equal(0, await Ground.DispatchAsync(again: attempt > 0));
        }

        await AgreeAsync(company);
        Assert.Empty(Secrets);
    }

    [Fact]
    public async Task A_creation_whose_hash_row_is_answered_too_late_succeeds()
    {
        var lossy = new LossyTransport("/tokens");
        await using var app = Ground.Start(lossy);
        var company = await TestCompany.CreateAsync(One);
        lossy.Lose(1);

        var (_, text) = await MakeAsync(app, company);

        Assert.Equal(0, lossy.Left);
        await Other.As(text).GetAsync("/ping").OkAsync();
    }

    void Refuse(int status, int times)
    {
        if (status == 429)
        {
            // Longer than any call has patience for.
            Ground.Vault.Throttle(times, retryAfter: "60");
        }
        else
        {
            Ground.Vault.Forbid(times);
        }
    }
}
