using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Storage;

namespace Planable.Functions.Tests.Pages;

public sealed class PageTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_page_has_what_the_contract_requires()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);

        var page = (await company.Client.GetAsync("/pages").OkAsync())["data"]!.AsArray().Single()!;

        Assert.Equal(["createdAt", "id", "isConnected", "link", "name", "platform", "profilePicture", "workspaceId"], page.Names());
        Assert.Equal(
            (company.PageIds[0], company.WorkspaceId, "facebook"), (page.Text("id"), page.Text("workspaceId"), page.Text("platform")));
        Assert.True(page["isConnected"]!.GetValue<bool>());
        Assert.Null(page["profilePicture"]);
        Assert.Null(page["link"]);
    }

    [Theory]
    [InlineData("", 0, 20, 5, false)]
    [InlineData("limit=2", 0, 2, 2, true)]
    [InlineData("limit=2&offset=3", 3, 2, 2, false)]
    [InlineData("offset=2147483647", int.MaxValue, 20, 0, false)]
    [InlineData("limit=0", 0, 0, 0, true)]
    [InlineData("limit=101", 0, 100, 5, false)]
    public async Task Pages_of_all_workspaces_are_newest_first_and_in_parts(string part, int offset, int limit, int given, bool hasMore)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2, pages: 2);
        await _app.Get<PageStore>().AddAsync(
            company.Workspaces[0].Key,
            [new(Ids.NewKey(TimeProvider.System), "The newest", "threads", "sandbox", false,
                null, null, company.Workspaces[0].CreatedAt)],
            TestContext.Current.CancellationToken);
        var all = (await company.Client.GetAsync("/pages").OkAsync()).Ids();

        var list = await company.Client.GetAsync("/pages?" + part).OkAsync();

        Assert.Equal(all.OrderBy(id => id["pg_".Length..][14..], StringComparer.Ordinal), all);
        Assert.Equal(5, all.Distinct().Count());
        Assert.Equal(all.Skip(offset).Take(given), list.Ids());
        Assert.Equal(
            $$"""{"offset":{{offset}},"limit":{{limit}},"hasMore":{{(hasMore ? "true" : "false")}}}""", list["pagination"]!.ToJsonString());
    }

    [Theory]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=x", "offset")]
    public async Task A_part_that_is_no_number_or_negative_is_invalid(string part, string field) =>
        await (await TestCompany.CreateAsync(_app)).Client.GetAsync("/pages?" + part).InvalidAsync(field);

    [Fact]
    public async Task Pages_of_one_workspace_are_its_own()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);

        var pages = (await company.Client.GetAsync("/pages?workspaceId=" + company.WorkspaceId).OkAsync()).Ids();

        Assert.Equal(company.PageIds.Order(), pages.Order());
    }

    [Fact]
    public async Task Another_companys_workspace_is_not_found()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));

        await mine.Client.GetAsync("/pages?workspaceId=" + other.WorkspaceId).NotFoundAsync();
    }

    [Fact]
    public async Task Only_pages_that_the_token_and_its_creator_open_are_listed()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var person = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));

        foreach (var token in new[] { await company.TokenAsync(opens: [company.Workspaces[0]]), await company.TokenAsync(creator: person) })
        {
            Assert.Equal(company.PageIds.Order(), (await _app.As(token).GetAsync("/pages").OkAsync()).Ids().Order());
            await _app.As(token).GetAsync("/pages?workspaceId=" + company.Workspaces[1].Id).ForbiddenAsync();
        }
    }
}
