using Planable.Company.Companies;

namespace Planable.Functions.Tests.Posts;

public sealed class CountPostsTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task Posts_are_counted_in_all_and_in_each_workspace_until_they_are_deleted()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        await company.MakeAsync();
        await company.Client.DeleteAsync("/posts/" + posts[0]).GoneAsync();

        var counts = (await company.Client.GetAsync("/posts/count").OkAsync())["data"]!;

        Assert.Equal(["total", "workspaces"], counts.Names());
        Assert.Equal(2, counts.Number("total"));
        Assert.Equal(
            $$"""[{"workspaceId":"{{company.WorkspaceId}}","count":2},{"workspaceId":"{{company.Workspaces[1].Id}}","count":0}]""",
            counts["workspaces"]!.ToJsonString());
    }

    [Fact]
    public async Task Only_the_workspaces_that_the_token_and_its_creator_open_are_counted()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var person = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[1], [Permission.VIEW])));
        await company.MakeAsync();

        foreach (var token in new[] { await company.TokenAsync(opens: [company.Workspaces[1]]), await company.TokenAsync(creator: person) })
        {
            var counts = (await _app.As(token).GetAsync("/posts/count").OkAsync())["data"]!;
            Assert.Equal(0, counts.Number("total"));
            Assert.Equal(company.Workspaces[1].Id, Assert.Single(counts["workspaces"]!.AsArray())!.Text("workspaceId"));
        }
    }

    [Fact]
    public async Task A_client_counts_no_post_that_is_for_the_team_only()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));
        var client = _app.As(await company.TokenAsync(creator: person));
        await company.MakeAsync();
        var hidden = await company.MakeAsync(company.Group(company.PageIds).With("teamOnly", true));

        Assert.Equal((1, 3), (await TotalAsync(), await company.CountAsync()));
        await company.Client.DeleteAsync("/posts/" + hidden[0]).GoneAsync();
        Assert.Equal((1, 2), (await TotalAsync(), await company.CountAsync()));

        async Task<int> TotalAsync() => (await client.GetAsync("/posts/count").OkAsync())["data"]!.Number("total");
    }

    [Fact]
    public async Task A_creator_who_has_no_workspace_counts_none()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(Role.MEMBER));

        var counts = await _app.As(await company.TokenAsync(creator: person)).GetAsync("/posts/count").OkAsync();

        Assert.Equal("""{"data":{"total":0,"workspaces":[]}}""", counts.ToJsonString());
    }
}
