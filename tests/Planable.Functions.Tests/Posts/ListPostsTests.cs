using Planable.Company.Companies;

namespace Planable.Functions.Tests.Posts;

public sealed class ListPostsTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("", 0, 20, 0, 5, false)]
    [InlineData("&limit=5", 0, 5, 0, 5, false)]
    [InlineData("&limit=4", 0, 4, 0, 4, true)]
    [InlineData("&limit=2&offset=1", 1, 2, 1, 2, true)]
    [InlineData("&limit=2&offset=3", 3, 2, 3, 2, false)]
    [InlineData("&limit=2&offset=4", 4, 2, 4, 1, false)]
    [InlineData("&offset=5", 5, 20, 5, 0, false)]
    [InlineData("&offset=2147483647", int.MaxValue, 20, 5, 0, false)]
    [InlineData("&limit=0", 0, 0, 0, 0, true)]
    [InlineData("&limit=0&offset=5", 5, 0, 5, 0, false)]
    [InlineData("&limit=1000", 0, 100, 0, 5, false)]
    [InlineData("&limit=2147483647&offset=2", 2, 100, 2, 3, false)]
    public async Task A_list_is_newest_first_and_gives_the_part_that_is_asked_for(
        string part, int offset, int limit, int skipped, int given, bool hasMore)
    {
        var company = await TestCompany.CreateAsync(_app);
        var posts = new List<string>();
        for (var made = 0; made < 5; made++)
        {
            posts.Insert(0, (await company.MakeAsync())[0]);
        }

        // The page's index must say the same as the list of all.
        foreach (var filter in new[] { "", "&pageId=" + company.PageIds[0], "&campaignId=no-campaign" })
        {
            var list = await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}{part}{filter}").OkAsync();
            Assert.Equal(posts.Skip(skipped).Take(given), list.Ids());
            var cursor = hasMore && given > 0 ? $$""","nextCursor":"{{posts[skipped + given - 1][^17..]}}" """.TrimEnd() : "";
            Assert.Equal(
                $$"""{"offset":{{offset}},"limit":{{limit}},"hasMore":{{(hasMore ? "true" : "false")}}{{cursor}}}""",
                list["pagination"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task A_list_gives_100_at_the_most()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20);
        for (var group = 0; group < 6; group++)
        {
            await company.MakeAsync(company.Group(company.PageIds));
        }

        var first = await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&limit=101").OkAsync();
        var rest = await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&limit=101&offset=100").OkAsync();

        Assert.Equal((100, 20), (first.Ids().Length, rest.Ids().Length));
        Assert.Equal(100, first["pagination"]!.Number("limit"));
        Assert.Equal(120, first.Ids().Concat(rest.Ids()).Distinct().Count());
    }

    [Theory]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=1.5", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=2147483648", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=x", "offset")]
    [InlineData("offset=-2147483649", "offset")]
    public async Task A_part_that_is_no_number_or_negative_is_invalid(string part, string field)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&{part}").InvalidAsync(field);
    }

    [Fact]
    public async Task A_list_needs_its_workspace() =>
        await (await TestCompany.CreateAsync(_app)).Client.GetAsync("/posts").InvalidAsync("workspaceId");

    [Fact]
    public async Task Posts_are_listed_by_page_and_by_campaign_until_they_are_deleted()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (first, second) = (company.PageIds[0], company.PageIds[1]);
        var campaign = await company.CampaignAsync();
        var none = await company.MakeAsync(company.Group(first, second));
        var some = await company.MakeAsync(company.Group(first, second).With("campaignId", campaign));
        var lone = await company.MakeAsync(company.Post().With("campaignId", campaign));

        await AreAsync([lone[0], some[0], some[1], none[0], none[1]], "");
        await AreAsync([lone[0], some[0], none[0]], "&pageId=" + first);
        await AreAsync([some[1], none[1]], "&pageId=" + second);
        await AreAsync([lone[0], some[0], some[1]], "&campaignId=" + campaign);
        await AreAsync([none[0], none[1]], "&campaignId=no-campaign");
        await AreAsync([lone[0], some[0]], $"&campaignId={campaign}&pageId={first}");
        await AreAsync([none[1]], $"&campaignId=no-campaign&pageId={second}");
        await AreAsync([some[0]], $"&campaignId={campaign}&pageId={first}&offset=1");

        await company.Client.DeleteAsync("/posts/" + some[0]).GoneAsync();
        await company.Client.DeleteAsync("/posts/" + none[1]).GoneAsync();

        await AreAsync([lone[0], some[1], none[0]], "");
        await AreAsync([lone[0], none[0]], "&pageId=" + first);
        await AreAsync([some[1]], "&pageId=" + second);
        await AreAsync([lone[0], some[1]], "&campaignId=" + campaign);
        await AreAsync([none[0]], "&campaignId=no-campaign");
        await AreAsync([lone[0]], $"&campaignId={campaign}&pageId={first}");
        await AreAsync([], $"&campaignId=no-campaign&pageId={second}");

        async Task AreAsync(string[] posts, string filter) =>
            Assert.Equal(posts, (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}{filter}").OkAsync()).Ids());
    }

    [Fact]
    public async Task A_client_sees_no_post_that_is_for_the_team_only()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));
        var client = _app.As(await company.TokenAsync(creator: person));
        var campaign = await company.CampaignAsync();
        var open = (await company.MakeAsync(company.Post().With("campaignId", campaign)))[0];
        await company.MakeAsync(company.Post().With("campaignId", campaign).With("teamOnly", true));
        await company.MakeAsync(company.Post().With("teamOnly", true));

        foreach (var filter in new[]
            { "", "&pageId=" + company.PageIds[0], "&campaignId=" + campaign,
                $"&pageId={company.PageIds[0]}&campaignId={campaign}", "&limit=1" })
        {
            var list = await client.GetAsync($"/posts?workspaceId={company.WorkspaceId}{filter}").OkAsync();
            Assert.Equal([open], list.Ids());
            Assert.False(list["pagination"]!["hasMore"]!.GetValue<bool>());
        }
        Assert.Empty((await client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&campaignId=no-campaign").OkAsync()).Ids());
    }

    [Theory]
    [InlineData("workspace")]
    [InlineData("page")]
    [InlineData("campaign")]
    public async Task What_belongs_to_another_company_is_not_found(string what)
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        await other.MakeAsync();

        await mine.Client.GetAsync(what switch
        {
            "workspace" => "/posts?workspaceId=" + other.WorkspaceId,
            "page" => $"/posts?workspaceId={mine.WorkspaceId}&pageId={other.PageIds[0]}",
            _ => $"/posts?workspaceId={mine.WorkspaceId}&campaignId={await other.CampaignAsync()}",
        }).NotFoundAsync();
    }

    [Fact]
    public async Task A_workspace_that_the_token_or_its_creator_does_not_open_is_forbidden()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var person = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[1], [Permission.VIEW])));

        foreach (var token in new[] { await company.TokenAsync(opens: [company.Workspaces[1]]), await company.TokenAsync(creator: person) })
        {
            await _app.As(token).GetAsync("/posts?workspaceId=" + company.WorkspaceId).ForbiddenAsync();
            await _app.As(token).GetAsync("/posts?workspaceId=" + company.Workspaces[1].Id).OkAsync();
        }
    }
}
