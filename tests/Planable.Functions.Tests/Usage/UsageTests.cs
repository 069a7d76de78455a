using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Companies;
using Planable.Company.Usage;
using Planable.Functions.Tests.Hosting;
using Planable.Operate;
using Planable.Platform;

namespace Planable.Functions.Tests.Usage;

/// <summary>Calls per token and day, by group of operations and by what came of them.</summary>
public sealed class UsageTests(AzuriteFixture fixture) : IAsyncDisposable
{
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 10, 12, 0, 0, TimeSpan.Zero));
    readonly List<App> _apps = [];
    readonly UsageWrites _writes = new();
    readonly EndedCalls _calls = new();

    [Fact]
    public async Task A_days_calls_are_told_by_group_and_by_what_came_of_them()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(fixture.App));
        var client = app.As(company.Token);
        await client.PostAsync("/posts", company.Post()).CreatedAsync();
        await client.GetAsync("/posts/nonsense").NotFoundAsync();
        await client.SendAsync(HttpMethod.Post, "/posts", "no JSON").ShouldBeAsync(HttpStatusCode.BadRequest);
        await client.GetAsync("/ping").OkAsync();
        await client.GetAsync("/ping").OkAsync();
        await client.GetAsync("/labels?workspaceId=" + company.WorkspaceId).OkAsync();

        await FlushAsync();

        var day = (await client.GetAsync("/usage").OkAsync())["data"]!.AsArray().Single()!;
        Assert.Equal(["calls", "date", "tokenId", "tokenName"], day.Names());
        Assert.Equal(("2026-05-10", "A token"), (day.Text("date"), day.Text("tokenName")));
        Assert.StartsWith("tok_" + company.Key, day.Text("tokenId"), StringComparison.Ordinal);
        Assert.Equal(
            ["Labels 1/0/0/0", "Posts 1/2/0/0", "System 2/0/0/0"],
            day["calls"]!.AsArray().Select(Shown));
    }

    [Fact]
    public async Task Calls_that_were_too_many_are_told_apart()
    {
        var app = Start(("RateLimits:Reads", "3"));
        var company = await TestCompany.CreateAsync(fixture.App);
        for (var call = 0; call < 3; call++)
        {
            await app.As(company.Token).GetAsync("/ping").OkAsync();
        }
        await app.As(company.Token).GetAsync("/ping").ShouldBeAsync(HttpStatusCode.TooManyRequests);

        await FlushAsync();

        Assert.Equal(["System 3/0/1/0"], (await CallsAsync(company)).Select(Shown));
    }

    [Fact]
    public async Task A_token_costs_one_write_a_minute_and_none_when_it_rests()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(fixture.App));
        for (var call = 0; call < 40; call++)
        {
            await app.As(company.Token).GetAsync(call % 2 == 0 ? "/ping" : "/pages").OkAsync();
        }

        await FlushAsync();
        await FlushAsync(writes: 1);

        Assert.Equal(1, _writes.Of(company.Key));
    }

    [Fact]
    public async Task Instances_that_count_at_once_lose_nothing()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        App[] apps = [Start(), Start(), Start(), Start()];
        foreach (var round in Enumerable.Range(1, 5))
        {
            foreach (var app in apps)
            {
                await app.As(company.Token).GetAsync("/ping").OkAsync();
            }
            await FlushAsync(writes: 4 * round);
        }

        Assert.Equal(["System 20/0/0/0"], (await CallsAsync(company)).Select(Shown));
    }

    [Fact]
    public async Task An_addition_whose_answer_is_lost_is_made_once()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var app = Start();
        await app.As(company.Token).GetAsync("/ping").OkAsync();
        _writes.LoseAnswers = 1;

        await FlushAsync(writes: 1);
        await Eventually.TrueAsync(async () => (await CallsAsync(company)).Length > 0, "it is written");

        Assert.Equal(["System 1/0/0/0"], (await CallsAsync(company)).Select(Shown));
    }

    [Fact]
    public async Task What_could_not_be_written_is_kept_for_the_next_minute()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var app = Start();
        await app.As(company.Token).GetAsync("/ping").OkAsync();
        _writes.Refuse = true;
        await FlushAsync(writes: 1);
        await Eventually.TrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            return _writes.All > 1;
        }, "it is tried again");
        Assert.Empty(await CallsAsync(company));

        _writes.Refuse = false;
        await app.As(company.Token).GetAsync("/ping").OkAsync();
        await Eventually.TrueAsync(async () =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            return (await CallsAsync(company)).Select(Shown).SequenceEqual(["System 2/0/0/0"]);
        }, "both calls are told");
    }

    [Fact]
    public async Task An_instance_that_is_stopped_writes_what_it_counted()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var app = Start();
        await app.As(company.Token).GetAsync("/ping").OkAsync();

        await app.DisposeAsync();

        Assert.Equal(["System 1/0/0/0"], (await CallsAsync(company)).Select(Shown));
    }

    [Fact]
    public async Task Days_are_newest_first_and_a_range_of_them_can_be_had()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(fixture.App));
        for (var day = 1; day <= 4; day++)
        {
            await app.As(company.Token).GetAsync("/ping").OkAsync();
            await FlushAsync(writes: day);
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal("2026-05-13 2026-05-12 2026-05-11 2026-05-10", string.Join(' ', await DatesAsync("")));
        Assert.Equal("2026-05-12 2026-05-11", string.Join(' ', await DatesAsync("?startDate=2026-05-11&endDate=2026-05-12")));
        Assert.Equal("2026-05-11", string.Join(' ', await DatesAsync("?offset=2&limit=1")));
        Assert.Empty(await DatesAsync("?startDate=2026-04-01&endDate=2026-05-09"));

        async Task<string[]> DatesAsync(string query) =>
            [.. (await app.As(company.Token).GetAsync("/usage" + query).OkAsync())["data"]!.AsArray().Select(day => day!.Text("date"))];
    }

    [Theory]
    [InlineData("startDate=yesterday", "startDate")]
    [InlineData("startDate=2026-13-01", "startDate")]
    [InlineData("startDate=2026-05-02&endDate=2026-05-01", "startDate")]
    [InlineData("endDate=01.05.2026", "endDate")]
    [InlineData("endDate=", "endDate")]
    [InlineData("limit=-1", "limit")]
    [InlineData("offset=x", "offset")]
    public async Task A_range_that_is_none_is_refused_by_name(string query, string field)
    {
        var company = await TestCompany.CreateAsync(fixture.App);

        await company.Client.GetAsync("/usage?" + query).InvalidAsync(field);
        await company.Client.GetAsync("/usage?startDate=0001-01-01&endDate=0001-01-02").OkAsync();
        await company.Client.GetAsync("/usage?endDate=9999-12-31").OkAsync();
    }

    [Fact]
    public async Task An_administrators_token_sees_all_tokens_and_one_for_some_workspaces_its_own()
    {
        var (app, company) = (Start(), await TestCompany.CreateAsync(fixture.App));
        var member = await company.TokenAsync(creator: await company.PersonAsync(TestCompany.Person(Role.MEMBER)));
        var narrow = await company.TokenAsync(opens: company.Workspaces);
        foreach (var token in new[] { company.Token, member, narrow })
        {
            await app.As(token).GetAsync("/ping").OkAsync();
        }
        await FlushAsync(writes: 3);

        foreach (var (token, seen) in new[] { (company.Token, 3), (member, 1), (narrow, 1) })
        {
            var days = (await app.As(token).GetAsync("/usage").OkAsync())["data"]!.AsArray();
            Assert.Equal(seen, days.Count);
            var own = (await app.As(token).GetAsync("/ping").OkAsync()).Text("tokenId");
            Assert.Contains(own, days.Select(day => day!.Text("tokenId")));
        }
    }

    [Fact]
    public async Task Another_companys_usage_is_not_seen()
    {
        var (app, company, other) = (Start(), await TestCompany.CreateAsync(fixture.App), await TestCompany.CreateAsync(fixture.App));
        await app.As(other.Token).GetAsync("/ping").OkAsync();
        await FlushAsync();

        Assert.Empty((await app.As(company.Token).GetAsync("/usage").OkAsync())["data"]!.AsArray());
    }

    [Fact]
    public async Task The_daily_sweep_forgets_days_that_are_more_than_400_days_old()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var (store, today) = (fixture.App.Get<UsageStore>(), new DateOnly(2026, 5, 10));
        foreach (var ago in new[] { 0, 400, 401, 900 })
        {
            await store.AddAsync(company.Key, today.AddDays(-ago), "t", "T", new() { ["Posts"] = CallCounts.Of(200) },
                Base32.NewName(), TestContext.Current.CancellationToken);
        }

        await ActivatorUtilities.CreateInstance<OutboxSweep>(fixture.App.Services, _time).RunAsync(TestContext.Current.CancellationToken);

        var kept = await store.ListAsync(company.Key, DateOnly.MinValue, DateOnly.MaxValue, TestContext.Current.CancellationToken)
            .Select(day => day.Day).ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal([today, today.AddDays(-400)], kept);
    }

    App Start(params (string, string)[] settings)
    {
        var app = App.Start(
            fixture.ConnectionString, services =>
                services.AddSingleton<TimeProvider>(_time).AddSingleton<HttpPipelinePolicy>(_writes).AddSingleton<IStartupFilter>(_calls),
            [.. App.CallsOnly, .. settings]);
        _apps.Add(app);
        return app;
    }

    /// <summary>Lets a minute pass, once every call's end has been noticed.</summary>
    async Task FlushAsync(int writes = 1)
    {
        await Eventually.TrueAsync(() => _calls.AreAll, "all calls have ended");
        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => _writes.All >= writes, $"{_writes.All} of {writes} writes");
    }

    async Task<JsonNode[]> CallsAsync(TestCompany company) =>
        [.. (await company.Client.GetAsync("/usage?startDate=2026-05-01&endDate=2026-05-31").OkAsync())["data"]!.AsArray()
            .SelectMany(day => day!["calls"]!.AsArray()).Select(group => group!)];

    static string Shown(JsonNode? group) => string.Create(
        CultureInfo.InvariantCulture,
        $"{group!.Text("group")} {group!.Number("succeeded")}/{group!.Number("refused")}"
        + $"/{group!.Number("limited")}/{group!.Number("failed")}");

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }
    }
}
