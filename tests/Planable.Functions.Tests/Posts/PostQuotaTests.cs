using System.Net;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class PostQuotaTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData(nameof(Plan.Basic), 60)]
    [InlineData(nameof(Plan.Pro), 150)]
    public async Task A_workspace_has_so_many_posts_a_month(string plan, int most)
    {
        var company = await TestCompany.CreateAsync(_app, Enum.Parse<Plan>(plan), workspaces: 2, pages: 20);
        string[] last = [];
        for (var left = most - 10; left > 0; left -= last.Length)
        {
            last = await company.MakeAsync(company.Group(company.PageIds[..Math.Min(20, left)]));
        }

        await company.Client.PostAsync("/posts", company.Group(company.PageIds[..11])).ForbiddenAsync();
        Assert.Equal(most - 10, await company.CountAsync());
        await company.MakeAsync(company.Group(company.PageIds[..10]));
        await company.Client.PostAsync("/posts", company.Post()).ForbiddenAsync();
        await company.Client.DeleteAsync("/posts/" + last[0]).GoneAsync();
        await company.Client.PostAsync("/posts", company.Post()).ForbiddenAsync();
        Assert.Equal(most - 1, await company.CountAsync());

        var other = (await company.Client.GetAsync("/pages?workspaceId=" + company.Workspaces[1].Id).OkAsync()).Ids()[0];
        await company.MakeAsync(company.Post().With("workspaceId", company.Workspaces[1].Id).With("pageId", other));
    }

    [Fact]
    public async Task A_new_month_brings_a_new_quota()
    {
        // Its own storage: messages that are late by a fake clock would be given up.
        await using var storage = await LocalStorage.StartInMemoryAsync(Console.WriteLine, TestContext.Current.CancellationToken);
        var time = new FakeTimeProvider(new(2030, 1, 31, 23, 59, 0, TimeSpan.Zero));
        await using var app = App.Start(storage.ConnectionString, services => services.AddSingleton<TimeProvider>(time));
        await LocalStores.CreateAsync(app.Services);
        var company = await TestCompany.CreateAsync(app, Plan.Basic, pages: 20);
        for (var made = 0; made < 60; made += 20)
        {
            await company.MakeAsync(company.Group(company.PageIds));
        }
        await company.Client.PostAsync("/posts", company.Post()).ForbiddenAsync();

        time.Advance(TimeSpan.FromMinutes(1));

        await company.MakeAsync(company.Group(company.PageIds));
        Assert.Equal(80, await company.CountAsync());
    }

    [Fact]
    public void Who_comes_late_counts_in_the_month_that_has_begun_and_ends_it_for_nobody()
    {
        var (january, february) =
            (new DateTimeOffset(2026, 1, 31, 23, 59, 59, TimeSpan.Zero), new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        var row = new TableEntity("w", "head").With(new Counters(70, 0, "2026-02", 10), PageStoredJson.Default.Counters);
        var counters = new CountersRow("w", row);

        Assert.Equal((10, 10), (counters.CreatedIn(january), counters.CreatedIn(february)));
        Assert.Equal(new(70, 0, "2026-02", 10), counters.Created(january, 0, 0));
        Assert.Equal(new(70, 0, "2026-03", 0), counters.Created(february.AddMonths(1), 0, 0));
    }

    [Fact]
    public async Task The_free_plan_has_50_posts_ever_over_all_workspaces_however_many_write_at_once()
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Free, workspaces: 2);
        var pages = await Task.WhenAll(company.Workspaces.Select(async workspace =>
            (await company.Client.GetAsync("/pages?workspaceId=" + workspace.Id).OkAsync()).Ids()[0]));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async writer =>
        {
            using var response = await company.Client.PostAsync("/posts", Post(writer % 2));
            return response.StatusCode;
        }));

        Assert.Equal(50, answers.Count(status => status is HttpStatusCode.Created));
        Assert.Equal(10, answers.Count(status => status is HttpStatusCode.Forbidden));
        var one = (await company.Client.GetAsync($"/posts?limit=1&workspaceId={company.WorkspaceId}").OkAsync()).Ids().Single();
        await company.Client.DeleteAsync("/posts/" + one).GoneAsync();
        await company.Client.PostAsync("/posts", Post(0)).ForbiddenAsync();
        Assert.Equal(49, (await company.Client.GetAsync("/posts/count").OkAsync())["data"]!.Number("total"));

        Dictionary<string, object?> Post(int workspace) =>
            company.Post().With("workspaceId", company.Workspaces[workspace].Id).With("pageId", pages[workspace]);
    }

    [Fact]
    public async Task A_group_that_would_cross_the_free_plans_line_creates_nothing()
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Free, pages: 20);
        await company.MakeAsync(company.Group(company.PageIds));
        await company.MakeAsync(company.Group(company.PageIds));

        await company.Client.PostAsync("/posts", company.Group(company.PageIds[..11])).ForbiddenAsync();

        Assert.Equal(40, await company.CountAsync());
        await company.MakeAsync(company.Group(company.PageIds[..10]));
    }

    [Fact]
    public async Task A_refused_post_takes_nothing_from_the_free_plan()
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Free, pages: 20);
        var none = company.PageIds[0][..^1] + "z";
        for (var refused = 0; refused < 3; refused++)
        {
            await company.Client.PostAsync("/posts", company.Group([.. company.PageIds[..19], none])).NotFoundAsync();
        }

        for (var left = 50; left > 0; left -= 10)
        {
            await company.MakeAsync(company.Group(company.PageIds[..10]));
        }
    }
}
