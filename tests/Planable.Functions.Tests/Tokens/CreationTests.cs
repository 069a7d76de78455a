using System.Globalization;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Tokens;

public sealed class CreationTests(TokenGround ground) : TokenTests(ground)
{
    [Fact]
    public async Task Of_a_hundred_at_once_on_two_instances_as_many_are_made_as_there_is_room_for()
    {
        var company = await TestCompany.CreateAsync(One);
        for (var i = 0; i < 7; i++)
        {
            await MakeAsync(One, company);
        }

        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => GenerateAsync(i % 2 == 0 ? One : Other, company)));

        var refused = all.Where(one => one.Problem is not null).Select(one => one.Problem!).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{all.Length - refused.Length} made, {refused.Length} refused; vault requests: {Ground.Vault.Requests.Count}"));
        Assert.Equal(97, refused.Length);
        Assert.All(refused, problem => Assert.Equal(
            (403, "A company has at most 10 active tokens. Revoke one that is no longer needed."),
            (problem!.Status(), problem!.Message)));
        Assert.Equal(10, (await ListedAsync(company)).Length);
        Assert.Equal(10, (await AuditAsync(company)).Length);
        await AgreeAsync(company);
        await Ground.DispatchAsync();
        await AgreeAsync(company);
    }

    [Fact]
    public async Task Who_finds_the_last_room_taken_when_all_else_is_done_leaves_nothing()
    {
        var instant = new Instant();
        await using var slow = Ground.Start(instant);
        var company = await TestCompany.CreateAsync(One);
        for (var i = 0; i < 9; i++)
        {
            await MakeAsync(One, company);
        }
        instant.BeforeCommit = async () =>
        {
            Assert.Equal(10, Secrets.Length);
            await MakeAsync(Other, company);
        };

        var (_, problem) = await GenerateAsync(slow, company);

        Assert.Equal(403, problem!.Status());
        Assert.Null(instant.BeforeCommit);
        Assert.Equal(10, (await AuditAsync(company)).Length);
        await AgreeAsync(company);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_token()
    {
        var company = await TestCompany.CreateAsync(One);
        var (first, _) = await GenerateAsync(One, company, Form("nonce"));

        var (again, problem) = await GenerateAsync(Other, company, Form("nonce"));

        Assert.Null(problem);
        Assert.Equal(first!.Hash, again!.Hash);
        await OneAsync(company);
    }

    [Fact]
    public async Task A_form_that_is_sent_many_times_at_once_makes_one_token()
    {
        var company = await TestCompany.CreateAsync(One);

        var all = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => GenerateAsync(i % 2 == 0 ? One : Other, company, Form("at once"))));

        Assert.All(all, one => Assert.Null(one.Problem));
        Assert.Single(all.DistinctBy(one => one.Value!.Hash));
        await OneAsync(company);
    }

    [Fact]
    public async Task A_form_whose_token_took_the_last_room_finds_it_when_it_is_sent_again()
    {
        var company = await TestCompany.CreateAsync(One);
        for (var i = 0; i < 9; i++)
        {
            await MakeAsync(One, company);
        }
        var (first, _) = await GenerateAsync(One, company, Form("the last"));

        var (again, _) = await GenerateAsync(Other, company, Form("the last"));

        Assert.Equal(first!.Hash, again!.Hash);
        await AgreeAsync(company);
    }

    [Fact]
    public async Task A_form_that_is_sent_again_with_other_content_is_refused()
    {
        var company = await TestCompany.CreateAsync(One);
        await GenerateAsync(One, company, Form("changed"));

        var (_, problem) = await GenerateAsync(Other, company, Form("changed", "other content"));

        Assert.Equal(422, problem!.Status());
        await OneAsync(company);
    }

    [Theory]
    [InlineData(Plan.Free, false)]
    [InlineData(Plan.Basic, false)]
    [InlineData(Plan.Pro, true)]
    [InlineData(Plan.Enterprise, true)]
    public async Task Tokens_are_made_on_plans_with_api_access(Plan plan, bool allowed)
    {
        var company = await TestCompany.CreateAsync(One, plan);

        var (_, problem) = await GenerateAsync(One, company);

        Assert.Equal(
            allowed ? null : $"New API tokens need the plan Pro or Enterprise; this company is on {plan}.", problem?.Message);
        Assert.Equal(allowed ? null : (int?)403, problem?.Status());
        Assert.Equal(allowed ? 1 : 0, (await AuditAsync(company)).Length);
        await AgreeAsync(company);
    }

    [Fact]
    public async Task A_downgraded_company_keeps_its_tokens_and_makes_no_more()
    {
        var company = await TestCompany.CreateAsync(One, Plan.Pro);
        var (token, text) = await MakeAsync(One, company);
        await One.Get<CompanyStore>().ChangeAsync(company.Key, known => known with { Plan = Plan.Free }, Cancel);

        Assert.Equal(403, (await GenerateAsync(One, company)).Problem!.Status());

        await Other.As(text).GetAsync("/ping").OkAsync();
        await RevokeAsync(One, company, token);
        await Other.As(text).GetAsync("/ping").UnauthorizedAsync();
    }

    [Fact]
    public async Task Expired_tokens_take_no_room_until_a_hundred_are_listed()
    {
        var company = await TestCompany.CreateAsync(One);
        var expired = await MakeAsync(One, company, TimeProvider.System.GetUtcNow());
        for (var i = 0; i < CompanyTokens.MostActive; i++)
        {
            await MakeAsync(One, company);
        }
        Assert.Contains("10 active", (await GenerateAsync(One, company)).Problem!.Message, StringComparison.Ordinal);
        foreach (var token in (await One.Get<CompanyTokens>().ListAsync(company.Key, Cancel)).Where(token => token.ExpiresAt is null))
        {
            await RevokeAsync(One, company, token);
        }
        while ((await ListedAsync(company)).Length < CompanyTokens.MostListed)
        {
            await MakeAsync(One, company, TimeProvider.System.GetUtcNow());
        }

        Assert.Contains("lists at most 100", (await GenerateAsync(One, company)).Problem!.Message, StringComparison.Ordinal);

        await RevokeAsync(One, company, expired.Token);
        await MakeAsync(One, company);
    }

    async Task OneAsync(TestCompany company)
    {
        Assert.Single(await ListedAsync(company));
        Assert.Single(await AuditAsync(company));
        await AgreeAsync(company);
        await Ground.DispatchAsync();
        Assert.Single(await ListedAsync(company));
        await AgreeAsync(company);
    }
}
