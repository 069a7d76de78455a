using Planable.Company.Companies;
using Planable.Networks.Metrics;
using Planable.Storage;

namespace Planable.Functions.Tests.Metrics;

public sealed class MetricsSummaryTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_of_all_networks_are_summed_up_in_common_terms()
    {
        var company = await TestCompany.CreateAsync(_app);
        var facebook = company.PageIds[0];
        var threads = await company.PageAsync(_app, "threads", "=Threads");
        await company.PageAsync(_app, "youtube");
        await AddAsync(facebook, 10, new() { Facebook = new(1_000, 9, 1, 50, 40, 7, 1, 500, TotalFollowers: 1_000) });
        await AddAsync(facebook, 11, new() { Facebook = new(1_010, 12, 1, 60, 45, 7, 2, 600, TotalFollowers: 1_010) });
        await AddAsync(facebook, 12, new() { Facebook = new(9_999, 0, 0, 9_999, 0, 0, 0, 9_999) });
        await AddAsync(threads, 11, new() { Threads = new(100, 20, 5, 3, 2) });

        var summary = (await SummaryAsync(company, "2026-03-10T15:00:00Z", "2026-03-11T00:00:00Z").OkAsync())["data"]!;

        Assert.Equal((company.WorkspaceId, "2026-03-10", "2026-03-11"),
            (summary.Text("workspaceId"), summary.Text("startDate"), summary.Text("endDate")));
        var pages = summary["pages"]!.AsArray().ToDictionary(page => page!.Text("pageId"), page => page!);
        Assert.Equal(4, pages.Count);
        Assert.Equal(
            """{"impressions":1100,"engagement":110,"reactions":85,"followers":1010}""", pages[facebook]["figures"]!.ToJsonString());
        Assert.Equal(
            """{"impressions":100,"engagement":30,"reactions":20,"comments":5,"shares":5}""", pages[threads]["figures"]!.ToJsonString());
        Assert.Equal((2, 1, "=Threads", "threads"), (pages[facebook].Number("days"), pages[threads].Number("days"),
            pages[threads].Text("pageName"), pages[threads].Text("pageType")));
        Assert.Equal(
            """{"impressions":1200,"engagement":140,"reactions":105,"comments":5,"shares":5,"followers":1010}""",
            summary["total"]!.ToJsonString());
    }

    [Fact]
    public async Task Every_network_tells_in_common_terms_what_its_figures_say()
    {
        var company = await TestCompany.CreateAsync(_app);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var platform in new[] { "facebook", "instagram", "threads", "linkedin", "youtube", "tiktok", "googleMyBusiness" })
        {
            await _app.SyncAsync(await company.PageAsync(_app, platform));
        }

        var summary = (await SummaryAsync(company, MetricsOfCompany.Day(now.AddDays(-6)), MetricsOfCompany.Day(now)).OkAsync())["data"]!;

        var measured = summary["pages"]!.AsArray().Where(page => page!.Number("days") > 0).ToArray();
        Assert.Equal(7, measured.Length);
        Assert.All(measured, page => Assert.True(page!["figures"]!.Number("impressions") > page["figures"]!.Number("engagement")));
        Assert.Equal(
            measured.Sum(page => page!["figures"]!["followers"]?.GetValue<long>() ?? 0), summary["total"]!["followers"]!.GetValue<long>());
        Assert.Equal(
            ["clicks", "comments", "engagement", "followers", "impressions", "reach", "reactions", "shares"], summary["total"]!.Names());
    }

    [Theory]
    [InlineData("2030-01-02T00:00:00Z", "2030-01-01T00:00:00Z", "endDate")]
    [InlineData("2030-01-01T00:00:00Z", "2031-01-02T00:00:00Z", "endDate")]
    [InlineData("2030-01-01", "2031-01-02", "endDate")]
    [InlineData("2030-02-30", "2030-03-02T00:00:00Z", "startDate")]
    public async Task A_wrong_range_is_refused_by_name(string start, string end, string field) =>
        await SummaryAsync(await TestCompany.CreateAsync(_app), start, end).InvalidAsync(field);

    [Fact]
    public async Task The_longest_range_is_a_leap_year_and_an_empty_one_tells_nothing()
    {
        var summary =
            (await SummaryAsync(await TestCompany.CreateAsync(_app), "2032-01-01", "2032-12-31").OkAsync())["data"]!;

        Assert.Equal("{}", summary["total"]!.ToJsonString());
    }

    [Fact]
    public async Task Another_companys_workspace_is_not_found_and_a_closed_one_forbidden()
    {
        var (company, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));

        await SummaryAsync(company, "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", other.Client).NotFoundAsync();
        await SummaryAsync(company, "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z",
            _app.As(await company.TokenAsync(opens: [company.Workspaces[1]]))).ForbiddenAsync();
        await SummaryAsync(company, "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z",
            _app.As(await company.TokenAsync(creator: await company.PersonAsync(TestCompany.Person(Role.MEMBER))))).ForbiddenAsync();
    }

    static Task<HttpResponseMessage> SummaryAsync(TestCompany company, string start, string end, Client? client = null) =>
        (client ?? company.Client).GetAsync($"/workspaces/{company.WorkspaceId}/metrics/summary?startDate={start}&endDate={end}");

    Task<Azure.Response> AddAsync(string page, int day, PageFigures figures)
    {
        Assert.True(IdKind.Page.TryParse(page, out var id));
        var date = new DateOnly(2026, 3, day);
        return _app.Get<Tables>().Metrics.AddEntityAsync(
            MetricsStore.Row(new Subject(IdKind.Page, id), new PageSnapshot(date, new(date.AddDays(1), default, TimeSpan.Zero), figures)),
            Cancel);
    }
}
