using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Workspaces;

public sealed class WorkspaceTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_workspace_is_created_and_listed_first()
    {
        var company = await TestCompany.CreateAsync(_app);

        var created = (await company.Client.PostAsync("/workspaces", New()).CreatedAsync())["data"]!;
        var listed = (await company.Client.GetAsync("/workspaces").OkAsync())["data"]!.AsArray();

        Assert.Equal(
            ["approvalSettings", "companyId", "createdAt", "defaultTeamOnlyPosts",
                "hideEmailsFromClients", "id", "labels", "name", "timezone",
                "updatedAt", "websiteUrl"],
            created.Names());
        Assert.Null(created["websiteUrl"]);
        Assert.Equal("[]", created["labels"]!.ToJsonString());
        Assert.Equal("""{"type":"NONE","autoSchedule":false,"autoLock":true}""", created["approvalSettings"]!.ToJsonString());
        Assert.Equal(
            (company.Id, "Europe/Bucharest", "A brand"), (created.Text("companyId"), created.Text("timezone"), created.Text("name")));
        Assert.Equal(created.ToJsonString(), listed[0]!.ToJsonString());
        Assert.Equal(2, listed.Count);
        Assert.Empty((await company.Client.GetAsync("/posts?workspaceId=" + created.Text("id")).OkAsync()).Ids());
    }

    [Theory]
    [InlineData("name", 2, 80)]
    [InlineData("websiteUrl", 0, 2048)]
    public async Task A_texts_length_counts_code_points(string field, int least, int most)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var length in new[] { least - 1, least, most, most + 1 }.Where(length => length >= 0))
        {
            var call = company.Client.PostAsync("/workspaces", New(field, string.Concat(Enumerable.Repeat("😀", length))));
            await (length >= least && length <= most ? call.CreatedAsync() : call.InvalidAsync(field));
        }
    }

    [Theory]
    [InlineData("null", "approvalSettings")]
    [InlineData("{}", "approvalSettings.type", "approvalSettings.autoSchedule", "approvalSettings.autoLock")]
    [InlineData("""{"type":"SOME","autoSchedule":true,"autoLock":true}""", "approvalSettings.type")]
    [InlineData("""{"type":"none","autoSchedule":true,"autoLock":true}""", "approvalSettings.type")]
    [InlineData("""{"type":"NONE, OPTIONAL","autoSchedule":true,"autoLock":true}""", "approvalSettings.type")]
    [InlineData("""{"type":0,"autoSchedule":true,"autoLock":true}""", "approvalSettings.type")]
    [InlineData("""{"type":"NONE","autoSchedule":true}""", "approvalSettings.autoLock")]
    [InlineData("""{"type":"NONE","autoSchedule":"true","autoLock":true}""", "approvalSettings.autoSchedule")]
    [InlineData("""{"type":"NONE","autoSchedule":true,"autoLock":true,"approvalLevels":[{"id":"1","label":"x","approversIds":[]}]}""",
        "approvalSettings.approvalLevels")]
    [InlineData("""{"type":"MULTIPLE","autoSchedule":true,"autoLock":true,"approvalLevels":[{}]}""",
        "approvalSettings.approvalLevels[0].id", "approvalSettings.approvalLevels[0].label",
        "approvalSettings.approvalLevels[0].approversIds")]
    [InlineData("""{"type":"MULTIPLE","autoSchedule":true,"autoLock":true,"approvalLevels":[null]}""",
        "approvalSettings.approvalLevels[0]")]
    [InlineData("""
        {"type":"MULTIPLE","autoSchedule":true,"autoLock":true,
        "approvalLevels":[{"id":"1","label":"x","approversIds":[]},{"id":"1","label":"y","approversIds":[]}]}
        """, "approvalSettings.approvalLevels")]
    public async Task Approval_settings_are_whole(string settings, params string[] fields) =>
        await (await TestCompany.CreateAsync(_app)).Client.PostAsync("/workspaces", New("approvalSettings", JsonNode.Parse(settings)))
            .InvalidAsync(fields);

    [Theory]
    [InlineData(nameof(Plan.Free), "OPTIONAL", true)]
    [InlineData(nameof(Plan.Free), "REQUIRED", false)]
    [InlineData(nameof(Plan.Basic), "NONE", true)]
    [InlineData(nameof(Plan.Basic), "OPTIONAL", true)]
    [InlineData(nameof(Plan.Basic), "REQUIRED", false)]
    [InlineData(nameof(Plan.Basic), "MULTIPLE", false)]
    [InlineData(nameof(Plan.Pro), "REQUIRED", true)]
    [InlineData(nameof(Plan.Pro), "MULTIPLE", false)]
    [InlineData(nameof(Plan.Enterprise), "MULTIPLE", true)]
    public async Task A_plan_has_its_approval_types(string plan, string type, bool has)
    {
        var company = await TestCompany.CreateAsync(_app, Enum.Parse<Plan>(plan));
        var levels = type == "MULTIPLE" ? ""","approvalLevels":[{"id":"one","label":"First","approversIds":[]}]""" : "";
        var settings = $$"""{"type":"{{type}}","autoSchedule":true,"autoLock":false,"sendReminders":true{{levels}}}""";
        var call = company.Client.PostAsync("/workspaces", New("approvalSettings", JsonNode.Parse(settings)));

        if (has)
        {
            Assert.Equal(settings, (await call.CreatedAsync())["data"]!["approvalSettings"]!.ToJsonString());
        }
        else
        {
            await call.ForbiddenAsync();
        }
    }

    [Fact]
    public async Task A_company_has_as_many_workspaces_as_the_operator_lets_it_however_many_are_created_at_once()
    {
        var company = await TestCompany.CreateAsync(_app, workspaceLimit: 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var response = await company.Client.PostAsync("/workspaces", New());
            return response.StatusCode;
        }));

        Assert.Equal(4, answers.Count(status => status is HttpStatusCode.Created));
        await company.Client.PostAsync("/workspaces", New()).FailAsync(HttpStatusCode.Forbidden, "WORKSPACE_LIMIT_REACHED");
        Assert.Equal(5, (await company.Client.GetAsync("/workspaces").OkAsync()).Ids().Length);
        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();
        await company.Client.PostAsync("/workspaces", New()).CreatedAsync();
    }

    [Fact]
    public async Task Only_workspaces_that_the_token_and_its_creator_open_are_listed()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 3);
        var person = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[1], [Permission.VIEW])));

        Assert.Equal(company.Workspaces.Select(workspace => workspace.Id), (await company.Client.GetAsync("/workspaces").OkAsync()).Ids());
        foreach (var token in new[]
        {
            await company.TokenAsync(Scope.Read, opens: [company.Workspaces[1]]), await company.TokenAsync(creator: person),
        })
        {
            Assert.Equal([company.Workspaces[1].Id], (await _app.As(token).GetAsync("/workspaces").OkAsync()).Ids());
        }
    }

    [Fact]
    public async Task A_deleted_workspace_is_gone_with_everything_in_it()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var post = (await company.MakeAsync())[0];

        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).GoneAsync();

        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).NotFoundAsync();
        await company.Client.GetAsync("/posts/" + post).NotFoundAsync();
        await company.Client.DeleteAsync("/posts/" + post).NotFoundAsync();
        await company.Client.PostAsync("/posts", company.Post()).NotFoundAsync();
        await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).NotFoundAsync();
        await company.Client.GetAsync("/pages?workspaceId=" + company.WorkspaceId).NotFoundAsync();
        await company.Client.GetAsync("/labels?workspaceId=" + company.WorkspaceId).NotFoundAsync();
        await company.Client.GetAsync("/members?workspaceId=" + company.WorkspaceId).NotFoundAsync();
        Assert.Equal([company.Workspaces[1].Id], (await company.Client.GetAsync("/workspaces").OkAsync()).Ids());
        Assert.Equal(0, (await company.Client.GetAsync("/posts/count").OkAsync())["data"]!.Number("total"));
    }

    [Fact]
    public async Task Another_companys_workspace_is_not_found_and_stays()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));

        await mine.Client.DeleteAsync("/workspaces/" + other.WorkspaceId).NotFoundAsync();

        Assert.Equal([other.WorkspaceId], (await other.Client.GetAsync("/workspaces").OkAsync()).Ids());
    }

    [Fact]
    public async Task Workspaces_are_changed_by_administrators_tokens_only()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var member = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], Enum.GetValues<Permission>())));
        var administrator = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var closed = _app.As(await company.TokenAsync(opens: [company.Workspaces[1]]));

        foreach (var token in new[] { await company.TokenAsync(creator: member), await company.TokenAsync(Scope.Read) })
        {
            await _app.As(token).PostAsync("/workspaces", New()).ForbiddenAsync();
            await _app.As(token).DeleteAsync("/workspaces/" + company.WorkspaceId).ForbiddenAsync();
        }
        await closed.PostAsync("/workspaces", New()).ForbiddenAsync();
        await closed.DeleteAsync("/workspaces/" + company.WorkspaceId).ForbiddenAsync();
        await closed.DeleteAsync("/workspaces/" + company.Workspaces[1].Id).GoneAsync();
        await _app.As(await company.TokenAsync(creator: administrator)).PostAsync("/workspaces", New()).CreatedAsync();
    }

    static Dictionary<string, object?> New(string? field = null, object? value = null)
    {
        var body = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = "A brand",
            ["timezone"] = "Europe/Bucharest",
            ["approvalSettings"] = new { type = "NONE", autoSchedule = false, autoLock = true },
        };
        return field is null ? body : body.With(field, value);
    }
}
