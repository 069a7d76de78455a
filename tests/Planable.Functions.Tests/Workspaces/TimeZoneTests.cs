using System.Net;
using Planable.Company.Companies;
using Planable.Functions.Tests.Commands;
using Planable.Storage;

namespace Planable.Functions.Tests.Workspaces;

/// <summary>Time zones are those of the IANA database, on every machine, whatever it calls its own.</summary>
public sealed class TimeZoneTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Europe/Kyiv", "Europe/Kyiv")]
    [InlineData("Europe/Kiev", "Europe/Kyiv")]
    [InlineData("Asia/Calcutta", "Asia/Kolkata")]
    [InlineData("US/Eastern", "America/New_York")]
    [InlineData("America/Buenos_Aires", "America/Argentina/Buenos_Aires")]
    [InlineData("UTC", "Etc/UTC")]
    [InlineData("Zulu", "Etc/UTC")]
    // The database has one clock for both; the people of Oslo have their own name for it.
    [InlineData("Europe/Oslo", "Europe/Oslo")]
    public async Task A_zone_is_stored_by_its_current_name(string zone, string stored)
    {
        var company = await TestCompany.CreateAsync(_app);

        var created = (await company.Client.PostAsync("/workspaces", New(zone)).CreatedAsync())["data"]!;
        var edited = (await company.Client.PatchAsync("/workspaces/" + company.WorkspaceId, new { timezone = zone }).OkAsync())["data"]!;
        var listed = (await company.Client.GetAsync("/workspaces").OkAsync())["data"]!.AsArray();
        var typed = await new Operator(fixture.ConnectionString).JsonAsync(
            "company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email", "ada@example.com", "--timezone", zone);

        Assert.All([created, edited, .. listed, typed["workspaces"]![0]], one => Assert.Equal(stored, one!.Text("timezone")));
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("Eastern Standard Time")]
    [InlineData("+02:00")]
    [InlineData("UTC+02:00")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0")]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("localtime")]
    [InlineData("Factory")]
    [InlineData("posixrules")]
    [InlineData("posix/Europe/Berlin")]
    [InlineData("right/Europe/Berlin")]
    [InlineData("Europe")]
    [InlineData("Europe/Berlin ")]
    [InlineData("Europe/Bucharest\0")]
    [InlineData("")]
    public async Task What_is_no_zone_is_refused_by_name(string zone)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/workspaces", New(zone)).InvalidAsync("timezone");
        await company.Client.PatchAsync("/workspaces/" + company.WorkspaceId, new { timezone = zone }).InvalidAsync("timezone");
    }

    [Fact]
    public async Task What_is_no_zone_is_refused_in_a_command_too() =>
        (await new Operator(fixture.ConnectionString).RunAsync(
            "company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email", "ada@example.com", "--timezone", "localtime"))
            .Fails(2, "--timezone");

    [Fact]
    public async Task A_name_is_judged_alike_before_and_after_another_is_taken()
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/workspaces", New("asia/tokyo")).InvalidAsync("timezone");
        await company.Client.PostAsync("/workspaces", New("Asia/Tokyo")).CreatedAsync();
        await company.Client.PostAsync("/workspaces", New("asia/tokyo")).InvalidAsync("timezone");
    }

    [Theory]
    [InlineData("2030-10-26T23:59:59Z", "Europe/Bucharest", "27 October 2030, 02:59 (Europe/Bucharest)")]
    [InlineData("2030-10-27T00:30:00Z", "Europe/Bucharest", "27 October 2030, 03:30 (Europe/Bucharest, UTC+03:00)")]
    [InlineData("2030-10-27T01:30:00Z", "Europe/Bucharest", "27 October 2030, 03:30 (Europe/Bucharest, UTC+02:00)")]
    [InlineData("2030-10-27T02:00:00Z", "Europe/Bucharest", "27 October 2030, 04:00 (Europe/Bucharest)")]
    [InlineData("2030-11-03T06:30:00Z", "America/New_York", "3 November 2030, 01:30 (America/New_York, UTC-05:00)")]
    [InlineData("9999-12-31T23:59:59Z", "Europe/Bucharest", "31 December 9999, 23:59 (UTC)")]
    public async Task A_shared_page_shows_a_date_by_the_workspaces_clock_and_the_offset_where_an_hour_comes_twice(
        string date, string zone, string shown)
    {
        var company = await TestCompany.CreateAsync(_app);
        await _app.Get<Tables>().Companies.UpdateEntityAsync(
            CompanyStore.Row(company.Workspaces[0] with { Timezone = zone }), Azure.ETag.All, cancellationToken: Cancel);
        _app.Get<CompanyDirectory>().Forget(company.Key);
        var post = (await company.MakeAsync(company.Post().With("scheduledAt", date)))[0];

        var link = (await company.Client.SendAsync(HttpMethod.Post, $"/posts/{post}/share").OkAsync())["data"]!.Text("publicShareLink");

        Assert.Contains(
            $">{shown}<", WebUtility.HtmlDecode(await _app.Http.GetStringAsync(new Uri(link), Cancel)), StringComparison.Ordinal);
    }

    static object New(string zone) =>
        new { name = "A brand", timezone = zone, approvalSettings = new { type = "NONE", autoSchedule = false, autoLock = true } };
}
