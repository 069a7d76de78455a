using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Posts;

/// <summary>What a client learns of the team-only posts of a group: nothing.</summary>
public sealed class TeamOnlyGroupTests(AzuriteFixture fixture)
{
    const string Secret = "Of the team";

    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task No_link_that_a_client_has_shows_what_is_for_the_team(bool sharedBefore, bool sharedByClient)
    {
        var (company, posts, client) = await GroupAsync();
        if (sharedBefore)
        {
            await company.Client.PatchAsync("/posts/" + posts[1], new { teamOnly = false }).OkAsync();
            await ShareAsync(company.Client, posts[0]);
            await company.Client.PatchAsync("/posts/" + posts[1], new { teamOnly = true }).OkAsync();
        }

        var teams = await ShareAsync(company.Client, posts[1]);
        if (sharedByClient)
        {
            await ShareAsync(client, posts[0]);
        }

        var link = (await client.GetAsync("/posts/" + posts[0]).OkAsync())["data"]!["publicShareLink"]?.GetValue<string>();
        Assert.Equal(sharedBefore || sharedByClient, link is not null);
        Assert.DoesNotContain(Secret, link is null ? "" : await _app.Http.GetStringAsync(new Uri(link), Cancel), StringComparison.Ordinal);
        Assert.Contains(Secret, await _app.Http.GetStringAsync(new Uri(teams), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_of_what_was_for_the_team_ends_when_clients_see_it()
    {
        var (company, posts, client) = await GroupAsync();
        await company.Client.PatchAsync("/posts/" + posts[2], new { teamOnly = true }).OkAsync();
        var teams = await ShareAsync(company.Client, posts[1]);

        await company.Client.PatchAsync("/posts/" + posts[2], new { teamOnly = false }).OkAsync();

        var seen = (await client.GetAsync("/posts/" + posts[2]).OkAsync())["data"]!.AsObject();
        Assert.False(seen.ContainsKey("publicShareLink"));
        Assert.NotEqual(teams, await ShareAsync(client, posts[2]));
        await company.Client.DeleteAsync($"/posts/{posts[1]}/share").GoneAsync();
        Assert.Equal(HttpStatusCode.NotFound, await OpensAsync(teams));
    }

    [Fact]
    public async Task Unsharing_ends_one_link_and_not_the_teams()
    {
        var (company, posts, client) = await GroupAsync();
        var teams = await ShareAsync(company.Client, posts[1]);
        await client.DeleteAsync($"/posts/{posts[0]}/share").GoneAsync();
        Assert.Equal(HttpStatusCode.OK, await OpensAsync(teams));
        var link = await ShareAsync(client, posts[0]);

        await client.DeleteAsync($"/posts/{posts[2]}/share").GoneAsync();

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (await OpensAsync(link), await OpensAsync(teams)));
        link = await ShareAsync(client, posts[2]);
        await company.Client.DeleteAsync($"/posts/{posts[1]}/share").GoneAsync();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (await OpensAsync(link), await OpensAsync(teams)));
    }

    [Fact]
    public async Task A_client_is_told_the_pages_of_what_it_sees()
    {
        var (company, posts, client) = await GroupAsync();
        var (all, seen) = (company.PageIds, company.PageIds.Where((_, index) => index != 1).ToArray());

        Assert.Equal(seen, await PagesAsync(client, posts[0]));
        Assert.Equal(all, await PagesAsync(company.Client, posts[0]));
        Assert.All((await client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray(),
            post => Assert.Equal(seen, Pages(post!)));
        var edited = await client.PatchAsync("/posts/" + posts[2], new { text = "Other" }).OkAsync();
        Assert.Equal(seen, Pages(edited["data"]!));
        await company.Client.PatchAsync("/posts/" + posts[2], new { teamOnly = true }).OkAsync();
        Assert.Equal(seen[..1], await PagesAsync(client, posts[0]));
        foreach (var post in posts[1..])
        {
            await company.Client.PatchAsync("/posts/" + post, new { teamOnly = false }).OkAsync();
        }
        Assert.Equal(all, await PagesAsync(client, posts[1]));
    }

    [Fact]
    public async Task A_client_is_told_the_page_of_a_story_of_which_it_sees_a_frame()
    {
        var (company, _, client) = await GroupAsync();
        string[] media = [.. Bodies.Nowhere, .. Bodies.Nowhere];
        var story = new { workspaceId = company.WorkspaceId, pageId = company.PageIds[0], media };
        var frames = (await company.Client.PostAsync("/stories", story).CreatedAsync()).Ids("posts");

        await company.Client.PatchAsync("/posts/" + frames[0], new { teamOnly = true }).OkAsync();

        Assert.Equal([company.PageIds[0]], await PagesAsync(client, frames[1]));
    }

    /// <summary>A group of three whose second is team-only, and a client.</summary>
    async Task<(TestCompany Company, string[] Posts, Client Client)> GroupAsync()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3);
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        await company.Client.PatchAsync("/posts/" + posts[1], new { teamOnly = true }).OkAsync();
        await company.Client.PatchAsync("/posts/" + posts[1], new { text = Secret }).OkAsync();
        var person = await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        var client = _app.As(await company.TokenAsync(creator: person));
        await client.PatchAsync("/posts/" + posts[0], new { text = "Of all" }).OkAsync();
        return (company, posts, client);
    }

    static async Task<string> ShareAsync(Client caller, string post) =>
        (await caller.SendAsync(HttpMethod.Post, $"/posts/{post}/share").OkAsync())["data"]!.Text("publicShareLink");

    async Task<HttpStatusCode> OpensAsync(string link)
    {
        using var page = await _app.Http.GetAsync(new Uri(link), Cancel);
        return page.StatusCode;
    }

    static async Task<string[]> PagesAsync(Client caller, string post) =>
        Pages((await caller.GetAsync("/posts/" + post).OkAsync())["data"]!);

    static string[] Pages(JsonNode post) => [.. post["groupPageIds"]!.AsArray().Select(page => page!.GetValue<string>())];
}
