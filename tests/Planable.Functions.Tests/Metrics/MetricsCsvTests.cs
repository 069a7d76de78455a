using System.Net;
using System.Text;

namespace Planable.Functions.Tests.Metrics;

/// <summary>Metrics for spreadsheets.</summary>
public sealed class MetricsCsvTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("facebook", "facebook.organic.views")]
    [InlineData("instagram", "instagram.reachBreakdown.post.nonFollowers")]
    [InlineData("tiktok", "tiktok.profile_views")]
    public async Task A_pages_csv_has_the_fields_of_its_network_and_all_days_of_the_range(string platform, string column)
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = await company.PageAsync(_app, platform, "Café, \"Acme\"");
        await _app.SyncAsync(page);

        var lines = await LinesAsync(company, page, "&limit=5");

        Assert.Equal(91, lines.Length);
        var header = lines[0].Split(',');
        Assert.Equal(["date", "pageId", "pageName", "pageType", "fetchedAt", "partial"], header[..6]);
        Assert.Contains(column, header);
        Assert.All(header[6..], name => Assert.StartsWith(platform + ".", name, StringComparison.Ordinal));
        Assert.All(lines[1..], line => Assert.Contains($",{page},\"Café, \"\"Acme\"\"\",{platform},", line, StringComparison.Ordinal));
        Assert.Equal(Now.ToString("yyyy-MM-dd", null), lines[1][..10]);
        var json = (await company.DaysAsync(page, Now.AddDays(-1), Now.AddDays(-1)))["data"]![0]!;
        var value = column.Split('.').Aggregate(json, (node, name) => node[name]!);
        Assert.Equal(
            value.ToJsonString(),
            lines[2].Replace("Café, ", "Café ", StringComparison.Ordinal).Split(',')[Array.IndexOf(header, column)]);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1+1")]
    [InlineData("  =1+1")]
    [InlineData("\r=1+1")]
    [InlineData("＝1+1")]
    [InlineData("=cmd|' /C calc'!A0")]
    public async Task What_a_spreadsheet_would_take_for_a_formula_is_text(string name)
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = await company.PageAsync(_app, "threads", name);
        await _app.SyncAsync(page);

        var text = await TextAsync(company, page);

        Assert.Contains(name.Contains('\r', StringComparison.Ordinal) ? $",\"'{name}\"," : $",'{name},", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spreadsheet_knows_by_the_first_bytes_that_it_is_UTF_8()
    {
        var company = await TestCompany.CreateAsync(_app);
        var page = await company.PageAsync(_app, "facebook", "Café");
        await _app.SyncAsync(page);

        using var response = await AskAsync(company, page, "text/csv");
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal((byte[])[.. Encoding.UTF8.Preamble, .. "date,pageId,"u8], bytes[..15]);
        Assert.Contains(",Café,", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal("utf-8", response.Content.Headers.ContentType!.CharSet);
    }

    [Theory]
    [InlineData("text/csv", true)]
    [InlineData("text/csv, application/json;q=0.9", true)]
    [InlineData("text/csv, */*", true)]
    [InlineData("text/csv;q=0.5, application/json", false)]
    [InlineData("text/csv;q=0.1, */*", false)]
    [InlineData("text/csv;q=0", false)]
    [InlineData("application/json, text/csv", false)]
    [InlineData("*/*", false)]
    [InlineData("text/*;;;", false)]
    public async Task Whoever_would_rather_have_csv_gets_it(string accept, bool isCsv)
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await AskAsync(company, company.PageIds[0], accept);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(isCsv ? "text/csv" : "application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Accept", response.Headers.Vary);
        Assert.Equal(isCsv ? $"{company.PageIds[0]}-metrics.csv" : null, response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
    }

    [Fact]
    public async Task A_problem_is_told_as_ever()
    {
        var company = await TestCompany.CreateAsync(_app);

        using var response = await company.Client.SendAsync(
            HttpMethod.Get, $"/pages/{company.PageIds[0]}/metrics?startDate=x&endDate=y",
            change: request => request.Headers.Add("Accept", "text/csv"));

        await response.EnvelopeAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    async Task<string[]> LinesAsync(TestCompany company, string page, string more = "") =>
        (await TextAsync(company, page, more)).TrimEnd('\r', '\n').Split("\r\n");

    async Task<string> TextAsync(TestCompany company, string page, string more = "")
    {
        using var response = await AskAsync(company, page, "text/csv", more);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    static Task<HttpResponseMessage> AskAsync(TestCompany company, string page, string accept, string more = "") =>
        company.Client.SendAsync(
            HttpMethod.Get,
            $"/pages/{page}/metrics?startDate={MetricsOfCompany.Day(Now.AddDays(-100))}&endDate={MetricsOfCompany.Day(Now)}{more}",
            change: request => request.Headers.TryAddWithoutValidation("Accept", accept));
}
