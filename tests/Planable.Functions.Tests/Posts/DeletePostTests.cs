using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Posts;

public sealed class DeletePostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_deleted_post_is_gone()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        await company.Client.DeleteAsync("/posts/" + post).GoneAsync();

        await company.Client.GetAsync("/posts/" + post).NotFoundAsync();
        await company.Client.DeleteAsync("/posts/" + post).NotFoundAsync();
        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task Two_that_delete_a_post_at_once_delete_it_once()
    {
        var company = await TestCompany.CreateAsync(_app);
        var posts = await company.MakeAsync(company.Group(company.PageIds));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var response = await company.Client.DeleteAsync("/posts/" + posts[0]);
            return (int)response.StatusCode;
        }));

        Assert.Equal([204, 404, 404, 404], answers.Order());
        Assert.Equal(1, await company.CountAsync());
    }

    [Fact]
    public async Task Another_companys_post_is_not_found_and_stays()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        var post = (await other.MakeAsync())[0];

        await mine.Client.DeleteAsync("/posts/" + post).NotFoundAsync();

        await other.Client.GetAsync("/posts/" + post).OkAsync();
    }

    [Fact]
    public async Task A_post_stays_where_the_token_or_its_creator_may_not_write()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var viewer = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var post = (await company.MakeAsync())[0];

        foreach (var token in new[]
        {
            await company.TokenAsync(Scope.Read),
            await company.TokenAsync(opens: [company.Workspaces[1]]), await company.TokenAsync(creator: viewer),
        })
        {
            await _app.As(token).DeleteAsync("/posts/" + post).ForbiddenAsync();
        }
        await company.Client.GetAsync("/posts/" + post).OkAsync();
    }

    [Fact]
    public async Task A_client_deletes_no_post_that_is_for_the_team_only()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        var client = _app.As(await company.TokenAsync(creator: person));
        var hidden = (await company.MakeAsync(company.Post().With("teamOnly", true)))[0];

        await client.DeleteAsync("/posts/" + hidden).NotFoundAsync();
        await client.DeleteAsync("/posts/" + (await company.MakeAsync())[0]).GoneAsync();

        await company.Client.GetAsync("/posts/" + hidden).OkAsync();
    }
}
