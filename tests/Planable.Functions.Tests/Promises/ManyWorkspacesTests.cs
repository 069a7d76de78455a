using System.Net;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Storage;

namespace Planable.Functions.Tests.Promises;

/// <summary>Reads that span workspaces cost what they return, and not what there is.</summary>
public sealed class ManyWorkspacesTests(AzuriteFixture fixture)
{
    const int Many = 300;

    readonly App _app = fixture.App;

    [Fact]
    public async Task Pages_and_workspaces_cost_the_same_however_many_workspaces_there_are()
    {
        var company = await ManyAsync();

        foreach (var (path, calls, steps) in new[]
            { ("/pages?limit=1", 3, 3), ("/pages?limit=1&offset=250", 3, 3), ("/pages", 2 + 20, 4), ("/workspaces", 2, 2) })
        {
            await company.Client.GetAsync("/ping").OkAsync();
            var cost = await StorageCalls.OfAsync(measured => company.Client.SendAsync(HttpMethod.Get, path, change: measured));

            Assert.True(cost.Calls <= calls && cost.Steps <= steps, $"{path}: {cost.Calls} calls, {cost.Steps} steps\n{cost.Requests}");
        }
        Assert.Equal(Many, (await company.Client.GetAsync("/workspaces").OkAsync())["data"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("/pages?limit=1")]
    [InlineData("/workspaces")]
    [InlineData("/posts/count")]
    public async Task Many_calls_at_once_wait_for_each_other_and_none_fails(string path)
    {
        var company = await ManyAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => company.Client.GetAsync(path)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task Counts_of_many_callers_at_once_share_their_reads_and_miss_no_post_made_before()
    {
        var company = await ManyAsync();
        await company.Client.GetAsync("/posts/count").OkAsync();

        for (var posts = 1; posts <= 3; posts++)
        {
            var running = company.Client.GetAsync("/posts/count");
            await company.MakeAsync();
            var counts = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
                (await company.Client.GetAsync("/posts/count").OkAsync())["data"]!.Number("total")));

            Assert.All(counts, count => Assert.Equal(posts, count));
            await running.OkAsync();
        }
    }

    /// <summary>A company with a page in each of its many workspaces.</summary>
    async Task<TestCompany> ManyAsync()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);
        var (tables, now) = (_app.Get<Tables>(), TimeProvider.System.GetUtcNow());
        var pages = Enumerable.Range(1, Many - 1).Select(number => new Page(
            Ids.NewKey(TimeProvider.System), $"Page {number}", "facebook", "sandbox", true, null, null, now)).ToArray();
        var workspaces = pages.Select(page => company.Workspaces[0] with
        {
            Key = Ids.NewWorkspaceKey(company.Key),
            Pages = [page.Key],
        }).ToArray();
        foreach (var some in workspaces.Chunk(100))
        {
            await tables.Companies.SubmitTransactionAsync(
                some.Select(one => new Azure.Data.Tables.TableTransactionAction(
                    Azure.Data.Tables.TableTransactionActionType.Add, CompanyStore.Row(one))), TestContext.Current.CancellationToken);
        }
        await Task.WhenAll(workspaces.Zip(pages, (workspace, page) => tables.Content.AddEntityAsync(
            PageStore.Row(workspace.Key, page), TestContext.Current.CancellationToken)));
        return company;
    }
}
