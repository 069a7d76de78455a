using System.Net;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Posts;

public sealed class CreatePostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_post_is_created_and_read_back()
    {
        var company = await TestCompany.CreateAsync(_app);

        var created = (await company.Client.PostAsync("/posts", company.Post("Good morning")).CreatedAsync())["posts"]!.AsArray().Single()!;
        var read = await company.Client.GetAsync("/posts/" + created.Text("id")).OkAsync();

        Assert.Equal(created.ToJsonString(), read["data"]!.ToJsonString());
        Assert.Equal("Good morning", created.Text("plainText"));
        Assert.Equal("NO_DATE_SET", created.Text("status"));
    }

    [Fact]
    public async Task The_least_post_has_what_the_contract_requires_and_leaves_out_what_has_no_value()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = company.Post();
        body.Remove("text");

        var post = (await company.Client.PostAsync("/posts", body).CreatedAsync())["posts"]![0]!;

        Assert.Equal(
            ["approval", "approved", "approvedBy", "archived", "campaignId", "classification",
                "commentsCounter", "createdAt", "id", "labels",
                "media", "modifiedAt", "notesCounter", "pageId", "plainText", "published",
                "scheduledAt", "scheduledSet", "status", "teamOnly",
                "type", "workspaceId"],
            post.Names());
        Assert.Null(post["campaignId"]);
        Assert.Null(post["scheduledAt"]);
        Assert.Equal("", post.Text("plainText"));
        Assert.Equal("facebook", post.Text("type"));
        Assert.Equal(["approved", "completedLevels", "levels", "status", "totalLevels", "type"], post["approval"]!.Names());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", post.Text("createdAt"));
    }

    [Fact]
    public async Task The_fullest_post_comes_back_as_it_was_sent()
    {
        var company = await TestCompany.CreateAsync(_app);
        var campaign = await company.CampaignAsync();
        var label = (await company.Client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "New", color = "fog" })
            .CreatedAsync())["data"]!;
        var body = company.Post().With("pageId", company.PageIds[1]).With("gridPosition", 7).With("teamOnly", true).With("notify", false)
            .With("scheduledAt", "2030-05-01T10:00:00+02:00").With("labels", new[] { label.Text("id"), label.Text("id") })
            .With("campaignId", campaign).With("youtubeTitle", "a").With("linkedinPdfTitle", "b").With("linkedinVideoTitle", "c")
            .With("pinterest.boardId", "board").With("pinterest.link", "https://example.com/x");

        var post = (await company.Client.PostAsync("/posts", body).CreatedAsync())["posts"]![0]!;

        Assert.Equal("linkedin", post.Text("type"));
        Assert.Equal(7, post.Number("gridPosition"));
        Assert.True(post["teamOnly"]!.GetValue<bool>());
        Assert.Equal("2030-05-01T08:00:00.000Z", post.Text("scheduledAt"));
        Assert.Equal("PLANNED", post.Text("status"));
        Assert.False(post["scheduledSet"]!.GetValue<bool>());
        Assert.Equal(campaign, post.Text("campaignId"));
        Assert.Equal($$"""[{"uuid":"{{label.Text("id")}}","text":"New","color":"fog"}]""", post["labels"]!.ToJsonString());
        Assert.Equal(
            """{"boardId":"board","boardName":"board","title":null,"link":"https://example.com/x","description":null}""",
            post["pinterest"]!.ToJsonString());
    }

    public static TheoryData<string, bool> Foreign => new MatrixTheoryData<string, bool>(
        ["workspaceId", "pageId", "pageIds[1]", "labels[0]", "campaignId"], [true, false]);

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task What_belongs_to_another_company_or_workspace_is_not_found(string field, bool company)
    {
        var mine = await TestCompany.CreateAsync(_app, workspaces: 2);
        var other = company ? await TestCompany.CreateAsync(_app) : mine;
        var place = other.Workspaces[^1];
        var label = (await other.Client.PostAsync("/labels", new { workspaceId = place.Id, text = "x", color = "fog" })
            .CreatedAsync())["data"]!.Text("id");
        var pages = (await other.Client.GetAsync("/pages?workspaceId=" + place.Id).OkAsync()).Ids();
        var body = field switch
        {
            "workspaceId" => mine.Post().With("workspaceId", place.Id),
            "pageIds[1]" => mine.Group(mine.PageIds[0], pages[0]),
            "pageId" => mine.Post().With("pageId", pages[0]),
            "labels[0]" => mine.Post().With("labels", new[] { label }),
            _ => mine.Post().With("campaignId", await other.CampaignAsync(place)),
        };

        // In the company's other workspace it is the page that is missing.
        await mine.Client.PostAsync("/posts", body).FailAsync(
            HttpStatusCode.NotFound, "NOT_FOUND", (field, company) is ("workspaceId", false) ? "pageId" : field);

        Assert.Equal(0, await mine.CountAsync());
    }

    [Theory]
    [InlineData(nameof(Permission.VIEW), false)]
    [InlineData(nameof(Permission.APPROVE), false)]
    [InlineData(nameof(Permission.WRITE), true)]
    public async Task A_members_token_creates_where_the_member_may_write(string permission, bool may)
    {
        var company = await TestCompany.CreateAsync(_app);
        var member = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Enum.Parse<Permission>(permission)])));
        var call = _app.As(await company.TokenAsync(creator: member)).PostAsync("/posts", company.Post());

        await (may ? call.CreatedAsync() : call.ForbiddenAsync());
    }

    [Fact]
    public async Task A_token_does_not_create_in_a_workspace_it_does_not_open()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);

        await _app.As(await company.TokenAsync(opens: [company.Workspaces[1]])).PostAsync("/posts", company.Post()).ForbiddenAsync();
        await _app.As(await company.TokenAsync(opens: [company.Workspaces[0]])).PostAsync("/posts", company.Post()).CreatedAsync();
    }

    [Fact]
    public async Task A_token_can_do_what_its_creator_can_do_now()
    {
        var company = await TestCompany.CreateAsync(_app);
        var writer = TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE]));
        var client = _app.As(await company.TokenAsync(creator: await company.PersonAsync(writer)));
        await client.PostAsync("/posts", company.Post()).CreatedAsync();

        await company.PersonAsync(writer with { Workspaces = new Dictionary<string, Permission[]>(StringComparer.Ordinal) });
        await client.PostAsync("/posts", company.Post()).ForbiddenAsync();
        await company.PersonAsync(
            writer with { Role = Role.ADMINISTRATOR, Workspaces = new Dictionary<string, Permission[]>(StringComparer.Ordinal) });
        await client.PostAsync("/posts", company.Post()).CreatedAsync();
        await company.RemoveAsync(writer);
        await client.PostAsync("/posts", company.Post()).ForbiddenAsync();
    }
}
