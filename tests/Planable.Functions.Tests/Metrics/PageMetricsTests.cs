using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Company.Workspaces;
using Planable.Content.Pages;
using Planable.Functions.Tests.Promises;
using Planable.Storage;

namespace Planable.Functions.Tests.Metrics;

public sealed class PageMetricsTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    static readonly DateTimeOffset Today = new(Now.UtcDateTime.Date, TimeSpan.Zero);

    [Fact]
    public async Task A_sync_brings_the_last_90_days_newest_first_and_only_today_is_partial()
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = company.PageIds[0];
        Assert.Empty((await company.DaysAsync(page, Today.AddDays(-200), Now))["data"]!.AsArray());
        Assert.Null((await company.StatusAsync("/pages/" + page))["lastSyncedAt"]);

        await company.SyncAsync("/pages/" + page);

        var days = (await company.DaysAsync(page, Today.AddDays(-200), Now, "&limit=90"))["data"]!.AsArray();
        Assert.Equal(
            Enumerable.Range(0, 90).Select(ago => Today.AddDays(-ago).ToString("yyyy-MM-dd", null)), days.Select(day => day!.Text("date")));
        Assert.Equal(Enumerable.Range(0, 90).Select(ago => ago == 0), days.Select(day => day!["partial"]!.GetValue<bool>()));
        Assert.All(days, day => Assert.StartsWith(day!.Text("date"), day!.Text("fetchedAt"), StringComparison.Ordinal));
        Assert.All(days, day => Assert.True(day!["facebook"]!.Number("views") > 0));
        Assert.InRange(DateTimeOffset.Parse((await company.StatusAsync("/pages/" + page)).Text("lastSyncedAt"), null),
            Now.AddSeconds(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task A_range_and_its_pages_are_exact()
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = company.PageIds[0];
        await _app.SyncAsync(page);

        // Both days are in it, whatever the moment and its offset.
        await RangeAsync(Today.AddDays(-9), Today.AddDays(-3), 7, -3);
        await RangeAsync(Today.AddDays(-9).AddHours(23.9), Today.AddDays(-3), 7, -3);
        await RangeAsync(Today.AddDays(-5), Today.AddDays(-5).AddHours(1), 1, -5);
        await RangeAsync(Today.AddDays(-89), Today.AddDays(-80), 10, -80);
        await RangeAsync(Today.AddDays(-95), Today.AddDays(-85), 5, -85);
        await RangeAsync(Today.AddDays(1), Today.AddDays(9), 0, 0);
        await RangeAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue.AddSeconds(-1), 30, 0);
        List<string> walked = [];
        for (var offset = 0; offset < 90; offset += 40)
        {
            var part = await company.DaysAsync(page, Today.AddDays(-89), Now, $"&offset={offset}&limit=40");
            Assert.Equal(offset < 80, part["pagination"]!["hasMore"]!.GetValue<bool>());
            Assert.Equal((offset, 40), (part["pagination"]!.Number("offset"), part["pagination"]!.Number("limit")));
            walked.AddRange(part["data"]!.AsArray().Select(day => day!.Text("date")));
        }
        Assert.Equal(90, walked.Distinct().Count());
        Assert.Equal(walked.OrderDescending(), walked);
        Assert.Empty((await company.DaysAsync(page, Today.AddDays(-89), Now, "&offset=2147483647"))["data"]!.AsArray());
        Assert.Equal(30, (await company.DaysAsync(page, Today.AddDays(-89), Now))["pagination"]!.Number("limit"));

        async Task RangeAsync(DateTimeOffset start, DateTimeOffset end, int count, int newest)
        {
            var days = (await company.DaysAsync(page, start, end))["data"]!.AsArray();
            Assert.Equal(count, days.Count);
            Assert.True(count == 0 || days[0]!.Text("date") == Today.AddDays(newest).ToString("yyyy-MM-dd", null),
                $"{start:o} to {end:o} begins with {days.FirstOrDefault()}");
        }
    }

    [Fact]
    public async Task A_range_of_dates_has_its_first_and_its_last_day()
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = await company.PageAsync(_app, "facebook");
        await _app.SyncAsync(page);
        var (first, last) = (Today.AddDays(-3).ToString("yyyy-MM-dd", null), Today.AddDays(-1).ToString("yyyy-MM-dd", null));

        var days = (await company.Client.GetAsync($"/pages/{page}/metrics?startDate={first}&endDate={last}").OkAsync())["data"]!.AsArray();

        Assert.Equal(3, days.Count);
        Assert.Equal((last, first), (days[0]!.Text("date"), days[2]!.Text("date")));
    }

    [Theory]
    [InlineData("endDate=2030-01-01T00:00:00Z", "startDate")]
    [InlineData("startDate=2030-01-01T00:00:00Z", "endDate")]
    [InlineData("startDate=2030-01-01&endDate=2030-02-30", "endDate")]
    [InlineData("startDate=2030-01-02&endDate=2030-01-01", "endDate")]
    [InlineData("startDate=2030-01-01T00:00:00&endDate=2030-01-02T00:00:00Z", "startDate")]
    [InlineData("startDate=x&endDate=2030-01-02T00:00:00Z", "startDate")]
    [InlineData("startDate=2030-01-02T00:00:00Z&endDate=2030-01-01T23:59:59Z", "endDate")]
    [InlineData("startDate=2030-01-01T00:00:00Z&endDate=2030-01-02T00:00:00Z&limit=91", "limit")]
    [InlineData("startDate=2030-01-01T00:00:00Z&endDate=2030-01-02T00:00:00Z&limit=0", "limit")]
    [InlineData("startDate=2030-01-01T00:00:00Z&endDate=2030-01-02T00:00:00Z&limit=x", "limit")]
    [InlineData("startDate=2030-01-01T00:00:00Z&endDate=2030-01-02T00:00:00Z&offset=-1", "offset")]
    public async Task A_wrong_range_or_part_is_refused_by_name(string query, string field)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.GetAsync($"/pages/{company.PageIds[0]}/metrics?{query}").InvalidAsync(field);
    }

    [Theory]
    [InlineData("facebook", "facebook")]
    [InlineData("instagram", "instagram")]
    [InlineData("threads", "threads")]
    [InlineData("linkedin", "linkedin")]
    [InlineData("youtube", "youtube")]
    [InlineData("tiktok", "tiktok")]
    [InlineData("googleMyBusiness", "googleMyBusiness")]
    public async Task Each_network_has_its_own_figures_as_documented_which_hang_together(string platform, string block)
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = await company.PageAsync(_app, platform);
        await _app.SyncAsync(page);
        var list = await company.DaysAsync(page, Today.AddDays(-89), Now, "&limit=90");

        var reference = await OpenApiDocument.ReadAsync(_app);
        var schema = reference.Operations.Single(
            one => one is ("GET", "/pages/{id}/metrics", _)).Operation["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
        Assert.Empty(reference.Errors(schema, list));
        var days = list["data"]!.AsArray();
        Assert.Equal(90, days.Count);
        Assert.All(days, day => Assert.Equal(platform, day!.Text("pageType")));
        Assert.All(
            days, day => Assert.Equal([block], day!.Names().Except(["date", "fetchedAt", "pageId", "pageName", "pageType", "partial"])));
        Assert.All(days.SelectMany(day => Numbers(day![block]!)), number => Assert.True(number >= 0));
        // What is gained and lost is what there is more the next day.
        if (days[0]![block]!["gainedFollowers"] is not null && days[0]![block]!["totalFollowers"] is not null
            && days[0]![block]!["unFollows"] is not null)
        {
            Assert.All(days.Zip(days.Skip(1)), pair => Assert.Equal(
                pair.First![block]!.Number("totalFollowers"),
                pair.Second![block]!.Number("totalFollowers")
                    + pair.First[block]!.Number("gainedFollowers") - pair.First[block]!.Number("unFollows")));
        }

        static IEnumerable<double> Numbers(JsonNode node) => node switch
        {
            JsonObject fields => fields.Where(field => field.Key != "subscribers").SelectMany(field => Numbers(field.Value!)),
            JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.Number => [value.GetValue<double>()],
            _ => [],
        };
    }

    [Fact]
    public async Task The_same_question_has_the_same_answer_tomorrow()
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = company.PageIds[0];
        await _app.SyncAsync(page);
        var first = (await company.DaysAsync(page, Today.AddDays(-89), Now, "&limit=90"))["data"]!.AsArray()
            .Select(day => day!["facebook"]!.ToJsonString()).ToArray();

        await _app.SyncAsync(page);

        var second = (await company.DaysAsync(page, Today.AddDays(-89), Now, "&limit=90"))["data"]!.AsArray()
            .Select(day => day!["facebook"]!.ToJsonString()).ToArray();
        Assert.Equal(first, second);
        Assert.True(first.Distinct().Count() > 80);
    }

    [Theory]
    [InlineData("pinterest")]
    [InlineData("twitter")]
    [InlineData("universal")]
    public async Task A_network_without_analytics_is_refused(string platform)
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = await company.PageAsync(_app, platform);

        var error = await company.Client.PostAsync($"/pages/{page}/sync", new { }).InvalidAsync();

        Assert.Contains(platform, error.Text("message"), StringComparison.Ordinal);
        Assert.False(await company.IsUnderwayAsync("/pages/" + page));
    }

    [Fact]
    public async Task A_page_that_is_not_connected_is_refused()
    {
        var company = await TestCompany.CreateAsync(_app);
        Assert.True(IdKind.Page.TryParse(company.PageIds[0], out var page));
        await _app.Get<PageConnections>().DisconnectAsync(page, TestContext.Current.CancellationToken);

        await company.Client.PostAsync($"/pages/{company.PageIds[0]}/sync", new { }).InvalidAsync();
    }

    [Theory]
    [InlineData(Plan.Free)]
    [InlineData(Plan.Basic)]
    [InlineData(Plan.Pro)]
    public async Task Without_the_add_on_all_of_it_is_forbidden_and_says_so(Plan plan)
    {
        var company = await TestCompany.CreateAsync(_app, plan);
        var (page, post) = (company.PageIds[0], (await company.PublishedAsync(_app)).Id);
        (HttpMethod, string)[] calls =
        [
            (HttpMethod.Get, $"/pages/{page}/metrics?startDate=2030-01-01T00:00:00Z&endDate=2030-01-02T00:00:00Z"),
            (HttpMethod.Post, $"/pages/{page}/sync"),
            (HttpMethod.Get, $"/pages/{page}/sync-status"),
            (HttpMethod.Get, $"/posts/{post}/metrics"), (HttpMethod.Post, $"/posts/{post}/sync"),
            (HttpMethod.Get, $"/posts/{post}/sync-status"),
            (HttpMethod.Get,
                $"/workspaces/{company.WorkspaceId}/metrics/summary?startDate=2030-01-01T00:00:00Z&endDate=2030-01-02T00:00:00Z"),
        ];
        foreach (var (method, path) in calls)
        {
            Assert.Contains(
                "add-on", (await company.Client.SendAsync(method, path).ForbiddenAsync()).Text("message"), StringComparison.Ordinal);
        }

        await _app.Get<WorkspaceStore>().SetAnalyticsAsync(company.Workspaces[0].Key, on: true, TestContext.Current.CancellationToken);

        await _app.SyncAsync(page);
        Assert.NotEmpty((await company.DaysAsync(page, Today, Now))["data"]!.AsArray());
    }

    [Fact]
    public async Task A_foreign_company_a_closed_workspace_and_a_read_token_get_nothing()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));
        var closed = _app.As(await company.TokenAsync(opens: [company.Workspaces[1]]));
        var reader = _app.As(await company.TokenAsync(Scope.Read));
        var page = company.PageIds[0];
        var range = "/metrics?startDate=2030-01-01T00:00:00Z&endDate=2030-01-02T00:00:00Z";
        foreach (var path in new[] { range, "/sync-status" })
        {
            await other.Client.GetAsync($"/pages/{page}{path}").NotFoundAsync();
            await closed.GetAsync($"/pages/{page}{path}").ForbiddenAsync();
            await reader.GetAsync($"/pages/{page}{path}").OkAsync();
            await company.Client.GetAsync($"/pages/{Gone(page)}{path}").NotFoundAsync();
        }
        await other.Client.PostAsync($"/pages/{page}/sync", new { }).NotFoundAsync();
        await closed.PostAsync($"/pages/{page}/sync", new { }).ForbiddenAsync();
        await reader.PostAsync($"/pages/{page}/sync", new { }).ForbiddenAsync();
        await company.Client.PostAsync($"/pages/{Gone(page)}/sync", new { }).NotFoundAsync();

        static string Gone(string page) => page[..^1] + "x";
    }
}
