using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Functions.Tests.Tokens;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Companies;

/// <summary>An account becomes a user by accepting an invitation, and by nothing else.</summary>
public sealed class PeopleTests(AzuriteFixture fixture)
{
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    AccountStore Accounts => ActivatorUtilities.CreateInstance<AccountStore>(fixture.App.Services, _time);

    [Fact]
    public async Task An_invitation_makes_an_account_the_user_and_is_good_once()
    {
        var (company, code) = await InviteAsync();
        var (account, other) = (Account(), Account());
        Assert.Null(await Accounts.UserOfAsync(account, Cancel));

        var (binding, _) = await Accounts.AcceptAsync(account, code, Cancel);

        Assert.Equal(new Binding(company.Key, company.Owner.Key), binding);
        Assert.Equal(binding, await Accounts.UserOfAsync(account, Cancel));
        await NotFoundAsync(other, code);
        Assert.Equal(binding, await Accounts.UserOfAsync(account, Cancel));
    }

    [Theory]
    [InlineData(7 * 24 * 60 - 1, true)]
    [InlineData(7 * 24 * 60, false)]
    public async Task An_invitation_is_good_for_seven_days(int minutes, bool isGood)
    {
        var (_, code) = await InviteAsync();
        _time.Advance(TimeSpan.FromMinutes(minutes));

        var (binding, _) = await Accounts.AcceptAsync(Account(), code, Cancel);

        Assert.Equal(isGood, binding is not null);
    }

    [Fact]
    public async Task A_wrong_code_is_refused()
    {
        var (company, code) = await InviteAsync();
        var another = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var last = code[^1] == '0' ? '1' : '0';

        foreach (var wrong in new[]
        {
            "", code[..^1], code + "0", code[..^1] + last, code.ToUpperInvariant(),
            code[..8] + another.Key + code[^32..], code[..^32] + new string('0', 32),
            "'" + code[1..], code[..8] + new string('0', 17) + code[^32..],
        })
        {
            await NotFoundAsync(Account(), wrong);
        }
        Assert.NotNull((await Accounts.AcceptAsync(Account(), code, Cancel)).Value);
    }

    [Fact]
    public async Task An_account_that_is_somebody_elses_is_refused()
    {
        var (_, first) = await InviteAsync();
        var (_, second) = await InviteAsync();
        var account = Account();
        var (binding, _) = await Accounts.AcceptAsync(account, first, Cancel);

        Assert.Equal(403, (await Accounts.AcceptAsync(account, second, Cancel)).Problem!.Status());

        Assert.Equal(binding, await Accounts.UserOfAsync(account, Cancel));
        Assert.NotNull((await Accounts.AcceptAsync(Account(), second, Cancel)).Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_account_is_its_issuer_tenant_and_object_id(int part)
    {
        var (_, code) = await InviteAsync();
        var account = Account();
        await Accounts.AcceptAsync(account, code, Cancel);

        var other = part switch
        {
            0 => account with { Issuer = "https://example.com" },
            1 => account with { Tenant = "another" },
            _ => account with { ObjectId = "another" },
        };

        Assert.Null(await Accounts.UserOfAsync(other, Cancel));
    }

    [Fact]
    public async Task A_new_invitation_ends_the_old_one_and_unbinds_nobody_until_it_is_accepted()
    {
        var (company, first) = await InviteAsync();
        var (old, young) = (Account(), Account());
        var (binding, _) = await Accounts.AcceptAsync(old, first, Cancel);

        var unused = (await InviteAsync(company.Key, company.Owner.Key))!;
        var code = (await InviteAsync(company.Key, company.Owner.Key))!;
        Assert.Equal(binding, await Accounts.UserOfAsync(old, Cancel));
        await NotFoundAsync(young, unused);
        await Accounts.AcceptAsync(young, code, Cancel);

        Assert.Equal(binding, await Accounts.UserOfAsync(young, Cancel));
        Assert.Null(await Accounts.UserOfAsync(old, Cancel));
        await NotFoundAsync(old, first);
    }

    [Fact]
    public async Task Who_is_not_there_is_not_invited()
    {
        var company = await TestCompany.CreateAsync(fixture.App);

        Assert.Null(await InviteAsync(company.Key, "nobody"));
    }

    [Fact]
    public async Task Of_two_who_accept_at_once_one_does()
    {
        var (_, code) = await InviteAsync();
        Account[] accounts = [.. Enumerable.Range(0, 10).Select(_ => Account())];

        var all = await Task.WhenAll(accounts.Select(account => Accounts.AcceptAsync(account, code, Cancel)));

        Assert.Single(all, one => one.Problem is null);
        Assert.Single(
            await Task.WhenAll(accounts.Select(account => Accounts.UserOfAsync(account, Cancel))), binding => binding is not null);
    }

    [Fact]
    public async Task An_acceptance_that_ended_between_its_two_writes_is_repeated()
    {
        var instant = new Instant();
        await using var mortal = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<Azure.Core.Pipeline.HttpPipelinePolicy>(instant), App.CallsOnly);
        var (company, code) = await InviteAsync();
        var account = Account();
        instant.DieAfter(1);
        await Assert.ThrowsAsync<Instant.DeadException>(() => mortal.Get<AccountStore>().AcceptAsync(account, code, Cancel));
        Assert.Null(await Accounts.UserOfAsync(account, Cancel));

        var (binding, _) = await Accounts.AcceptAsync(account, code, Cancel);

        Assert.Equal(new Binding(company.Key, company.Owner.Key), binding);
        Assert.Equal(binding, await Accounts.UserOfAsync(account, Cancel));
        await NotFoundAsync(Account(), code);
    }

    [Fact]
    public async Task An_account_that_accepts_two_invitations_at_once_is_one_user_and_stays_that_user()
    {
        var (account, one, other) = (Account(), await InviteAsync(), await InviteAsync());
        string[] codes = [one.Code, other.Code];

        await Task.WhenAll(codes.Select(code => Accounts.AcceptAsync(account, code, Cancel)));
        var user = await Accounts.UserOfAsync(account, Cancel);
        foreach (var code in codes)
        {
            await Accounts.AcceptAsync(account, code, Cancel);
        }

        Assert.True(user is null || user == await Accounts.UserOfAsync(account, Cancel));
        Assert.NotNull(await Accounts.UserOfAsync(account, Cancel));
    }

    static Account Account() => new("https://login.microsoftonline.com/tenant/v2.0", "tenant", Guid.NewGuid().ToString());

    async Task<string?> InviteAsync(string company, string user) => (await ActivatorUtilities
        .CreateInstance<Membership>(fixture.App.Services, Accounts, _time).InviteAsync(company, user, by: null, Cancel)).Value?.Code;

    async Task<(TestCompany Company, string Code)> InviteAsync()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        return (company, (await InviteAsync(company.Key, company.Owner.Key))!);
    }

    async Task NotFoundAsync(Account account, string code)
    {
        Assert.Equal(404, (await Accounts.AcceptAsync(account, code, Cancel)).Problem!.Status());
        Assert.Null(await Accounts.UserOfAsync(account, Cancel));
    }
}
