using Planable.Company.Audit;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Tokens;

/// <summary>An instance that dies between any two of its writes leaves no token that works unlisted, and none that was revoked.</summary>
public sealed class InterruptionTests(TokenGround ground) : TokenTests(ground)
{
    [Fact]
    public async Task A_creation_that_ends_after_any_of_its_writes_is_finished_or_undone()
    {
        var instant = new Instant();
        await using var mortal = Ground.Start(instant);
        // So that the vault's challenge is behind us.
        await MakeAsync(mortal, await TestCompany.CreateAsync(One));
        await Ground.DispatchAsync();
        List<(TestCompany Company, string[] Secrets)> left = [];
        var before = Secrets;
        for (var (writes, isDead) = (0, true); isDead; writes++)
        {
            var company = await TestCompany.CreateAsync(One);
            instant.DieAfter(writes);
            isDead = await DiesAsync(() => GenerateAsync(mortal, company));
            instant.Live();

            await NoneWorksUnlistedAsync(company);
            left.Add((company, [.. Secrets.Except(before)]));
            before = Secrets;
        }
        // Message, vault, hash row, list, active; and a sixth time none ends it.
        Assert.Equal([0, 0, 1, 1, 1, 1], left.Select(one => one.Secrets.Length));
        Assert.Equal("0 0 0 0 1 1", await CountAsync());

        await Ground.DispatchAsync();

        foreach (var (company, secrets) in left)
        {
            var listed = await ListedAsync(company);
            Assert.Equal(listed, await RowsAsync(company));
            Assert.Equal(listed, Secrets.Intersect(secrets));
            Assert.Equal(listed.Length, (await AuditAsync(company)).Length);
            await EachWorksAsync(company);
        }
        Assert.Equal("0 0 0 0 1 1", await CountAsync());

        async Task<string> CountAsync() =>
            string.Join(' ', await Task.WhenAll(left.Select(async one => (await ListedAsync(one.Company)).Length)));
    }

    [Fact]
    public async Task A_revocation_that_ends_after_any_of_its_writes_is_finished_or_was_not_begun()
    {
        var instant = new Instant();
        await using var mortal = Ground.Start(instant);
        List<(TestCompany Company, string Text)> left = [];
        for (var (writes, isDead) = (0, true); isDead; writes++)
        {
            var company = await TestCompany.CreateAsync(One);
            var (token, text) = await MakeAsync(One, company);
            instant.DieAfter(writes);
            isDead = await DiesAsync(() => mortal.Get<CompanyTokens>().RevokeAsync(token, new(company.Owner.Key, Address), Cancel));
            instant.Live();

            await NoneWorksUnlistedAsync(company);
            left.Add((company, text));
        }
        // Message, hash row, list; and a fourth time none ends it.
        Assert.Equal("OK OK Unauthorized Unauthorized", await StatusAsync());

        await Ground.DispatchAsync();

        Assert.Equal("OK OK Unauthorized Unauthorized", await StatusAsync());
        foreach (var (company, _) in left)
        {
            var listed = await ListedAsync(company);
            Assert.Equal(listed, await RowsAsync(company));
            Assert.Equal(listed.Length == 0, (await AuditAsync(company))[0].Action is AuditAction.TokenRevoked);
        }
        Assert.Equal(2, Secrets.Length);

        async Task<string> StatusAsync() => string.Join(' ', await Task.WhenAll(left.Select(async one =>
        {
            using var answer = await Other.As(one.Text).GetAsync("/ping");
            return answer.StatusCode;
        })));
    }

    [Fact]
    public async Task Of_a_form_sent_twice_at_once_the_one_that_ends_too_late_leaves_nothing()
    {
        var instant = new Instant();
        await using var mortal = Ground.Start(instant);
        var company = await TestCompany.CreateAsync(One);
        instant.BeforeCommit = async () =>
        {
            await GenerateAsync(Other, company, Form("twice"));
            // The transaction that fails is its last.
            instant.DieAfter(1);
        };

        Assert.True(await DiesAsync(() => GenerateAsync(mortal, company, Form("twice"))));

        await NoneWorksUnlistedAsync(company);
        Assert.Equal(2, Secrets.Length);
        await Ground.DispatchAsync();
        Assert.Single(await ListedAsync(company));
        await AgreeAsync(company);
    }

    [Fact]
    public async Task What_follows_a_creation_leaves_a_revocation_to_whoever_revokes()
    {
        var instant = new Instant();
        await using var slow = Ground.Start(instant);
        var company = await TestCompany.CreateAsync(One);
        var (token, _) = await MakeAsync(One, company);
        // Its hash row is gone, and it is listed still.
        instant.BeforeCommit = () => Ground.DispatchAsync(TimeSpan.FromSeconds(2));

        await RevokeAsync(slow, company, token);

        Assert.Equal((AuditAction.TokenRevoked, company.Owner.Key, Address),
            (await AuditAsync(company)) is [var entry, _] ? (entry.Action, entry.By, entry.From) : default);
    }

    static async Task<bool> DiesAsync<T>(Func<Task<T>> work)
    {
        try
        {
            await work();
            return false;
        }
        catch (Instant.DeadException)
        {
            return true;
        }
    }

    async Task NoneWorksUnlistedAsync(TestCompany company) =>
        Assert.Subset((await ListedAsync(company)).ToHashSet(), (await RowsAsync(company, activeOnly: true)).ToHashSet());

    async Task EachWorksAsync(TestCompany company)
    {
        foreach (var token in await One.Get<CompanyTokens>().ListAsync(company.Key, Cancel))
        {
            await Other.As((await One.Get<CompanyTokens>().TextAsync(token, Cancel))!).GetAsync("/ping").OkAsync();
        }
    }
}
