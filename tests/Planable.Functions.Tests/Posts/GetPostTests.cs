using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Posts;

public sealed class GetPostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_read_token_reads_a_post()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        var read = await _app.As(await company.TokenAsync(Scope.Read)).GetAsync("/posts/" + post).OkAsync();

        Assert.Equal(post, read["data"]!.Text("id"));
    }

    [Fact]
    public async Task Another_companys_post_is_not_found()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));

        await mine.Client.GetAsync("/posts/" + (await other.MakeAsync())[0]).NotFoundAsync();
    }

    [Fact]
    public async Task A_post_in_a_workspace_that_the_token_does_not_open_is_forbidden()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var post = (await company.MakeAsync())[0];

        await _app.As(await company.TokenAsync(opens: [company.Workspaces[1]])).GetAsync("/posts/" + post).ForbiddenAsync();
    }

    [Fact]
    public async Task A_post_that_never_was_is_not_found()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];

        await company.Client.GetAsync("/posts/" + post[..^1] + "z").NotFoundAsync();
        await company.Client.GetAsync("/posts/" + company.PageIds[0]).NotFoundAsync();
    }

    [Fact]
    public async Task A_token_reads_what_its_creator_may_see_now()
    {
        var company = await TestCompany.CreateAsync(_app);
        var reader = TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW]));
        var client = _app.As(await company.TokenAsync(creator: await company.PersonAsync(reader)));
        var open = (await company.MakeAsync())[0];
        var hidden = (await company.MakeAsync(company.Post().With("teamOnly", true)))[0];
        await client.GetAsync("/posts/" + hidden).OkAsync();

        await company.PersonAsync(reader with { Role = Role.CLIENT });
        await client.GetAsync("/posts/" + open).OkAsync();
        await client.GetAsync("/posts/" + hidden).NotFoundAsync();
        await company.PersonAsync(reader with { Workspaces = new Dictionary<string, Permission[]>(StringComparer.Ordinal) });
        await client.GetAsync("/posts/" + open).ForbiddenAsync();
        await company.RemoveAsync(reader);
        await client.GetAsync("/posts/" + open).ForbiddenAsync();
    }
}
