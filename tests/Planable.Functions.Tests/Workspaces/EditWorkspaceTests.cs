using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Workspaces;

public sealed class EditWorkspaceTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task What_is_given_changes_and_the_rest_stays()
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/workspaces/" + company.WorkspaceId;
        await company.Client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "x", color = "fog" }).CreatedAsync();

        var edited = (await company.Client.PatchAsync(path, new
        {
            name = "Another",
            timezone = "America/New_York",
            websiteUrl = "https://example.com",
            defaultTeamOnlyPosts = true,
            hideEmailsFromClients = true,
            approvalSettings = new { type = "REQUIRED", autoSchedule = true, autoLock = true },
        }).OkAsync())["data"]!;

        Assert.Equal(("Another", "America/New_York", "https://example.com"),
            (edited.Text("name"), edited.Text("timezone"), edited.Text("websiteUrl")));
        Assert.Equal("""{"type":"REQUIRED","autoSchedule":true,"autoLock":true}""", edited["approvalSettings"]!.ToJsonString());
        Assert.Single(edited["labels"]!.AsArray());
        Assert.Equal(edited.ToJsonString(), (await company.Client.GetAsync(path).OkAsync())["data"]!.ToJsonString());
        var post = (await company.Client.PostAsync("/posts", company.Post()).CreatedAsync())["posts"]![0]!;
        Assert.True(post["teamOnly"]!.GetValue<bool>());
        Assert.Equal("REQUIRED", post["approval"]!.Text("type"));
        var again = (await company.Client.PatchAsync(path, new { websiteUrl = "" }).OkAsync())["data"]!;
        Assert.Equal(("Another", null), (again.Text("name"), again["websiteUrl"]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":"x"}""", "name")]
    [InlineData("""{"timezone":"Mars/Olympus"}""", "timezone")]
    [InlineData("""{"timezone":""}""", "timezone")]
    [InlineData("""{"approvalSettings":{}}""", "approvalSettings.type", "approvalSettings.autoSchedule", "approvalSettings.autoLock")]
    [InlineData("""{"approvalSettings":{"type":"MULTIPLE","autoSchedule":true,"autoLock":true}}""", "approvalSettings.approvalLevels")]
    [InlineData("""{"approvalSettings":{"type":"SOME","autoSchedule":true,"autoLock":true}}""", "approvalSettings.type")]
    public async Task An_edit_that_says_nothing_or_nonsense_is_refused(string body, params string[] fields)
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/workspaces/" + company.WorkspaceId;
        var before = await company.Client.GetAsync(path).OkAsync();

        await company.Client.SendAsync(HttpMethod.Patch, path, body).InvalidAsync(fields);

        Assert.Equal(before.ToJsonString(), (await company.Client.GetAsync(path).OkAsync()).ToJsonString());
    }

    [Theory]
    [InlineData("name", 2, 80)]
    [InlineData("websiteUrl", 0, 2048)]
    public async Task A_texts_length_counts_code_points(string field, int least, int most)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var length in new[] { least - 1, least, most, most + 1 }.Where(length => length >= 0))
        {
            var body = new Dictionary<string, object?>(StringComparer.Ordinal)
                .With(field, string.Concat(Enumerable.Repeat("😀", length)));
            var call = company.Client.PatchAsync("/workspaces/" + company.WorkspaceId, body);
            await (length >= least && length <= most ? call.OkAsync() : call.InvalidAsync(field));
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task Approvers_are_people_of_the_company_who_may_approve_there(string method)
    {
        var (company, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        var member = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.APPROVE])));
        var writer = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        const string Field = "approvalSettings.approvalLevels[1].approversIds[1]";

        foreach (var nobody in new[] { other.Owner.Id(other.Key), "x", company.PageIds[0] })
        {
            await SendAsync(nobody).InvalidAsync(Field);
        }
        var good = method == "POST" ? HttpStatusCode.Created : HttpStatusCode.OK;
        // People are given access to a new workspace later.
        await (method == "POST" ? SendAsync(writer.Id(company.Key)).ShouldBeAsync(good)
            : SendAsync(writer.Id(company.Key)).InvalidAsync(Field));
        await SendAsync(member.Id(company.Key)).ShouldBeAsync(good);
        await SendAsync(company.Owner.Id(company.Key)).ShouldBeAsync(good);

        Task<HttpResponseMessage> SendAsync(string approver)
        {
            var levels = new[] { new[] { company.Owner.Id(company.Key) }, [company.Owner.Id(company.Key), approver] }
                .Select((approvers, index) => new { id = $"{index}", label = "x", approversIds = approvers });
            var body = new
            {
                name = "xx",
                timezone = "UTC",
                approvalSettings = new { type = "MULTIPLE", autoSchedule = false, autoLock = false, approvalLevels = levels },
            };
            return company.Client.SendAsync(
                new(method), method == "POST" ? "/workspaces" : "/workspaces/" + company.WorkspaceId, Json.Text(body));
        }
    }

    [Fact]
    public async Task New_settings_hold_for_the_posts_that_are_there()
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/" + (await company.MakeAsync())[0];
        var states = new List<string> { await StateAsync() };

        foreach (var settings in new[]
        {
            """{"type":"REQUIRED"}""",
            """{"type":"MULTIPLE","approvalLevels":[{"id":"a","label":"A","approversIds":[]}]}""",
            """{"type":"MULTIPLE","approvalLevels":[{"id":"b","label":"B","approversIds":[]},{"id":"a","label":"A","approversIds":[]}]}""",
            """{"type":"NONE"}""",
        })
        {
            var body = JsonNode.Parse(settings)!.AsObject();
            (body["autoSchedule"], body["autoLock"]) = (false, false);
            await company.Client.PatchAsync("/workspaces/" + company.WorkspaceId, new { approvalSettings = body }).OkAsync();
            states.Add(await StateAsync());
            if (states.Count == 3)
            {
                await company.Client.PostAsync(path + "/approve", new { }).OkAsync();
                states.Add(await StateAsync());
            }
        }

        Assert.Equal(["NOT_APPLICABLE", "NEVER_SENT", "NEVER_SENT", "FULLY_APPROVED", "NEVER_SENT", "NOT_APPLICABLE"], states);

        async Task<string> StateAsync() => (await company.Client.GetAsync(path).OkAsync())["data"]!["approval"]!.Text("status");
    }

    [Fact]
    public async Task Administrators_change_a_workspace_and_whoever_may_enter_it_reads_it()
    {
        var company = await TestCompany.CreateAsync(_app, Plan.Basic, workspaces: 2);
        var other = await TestCompany.CreateAsync(_app);
        var member = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], Enum.GetValues<Permission>())));
        var path = "/workspaces/" + company.WorkspaceId;

        foreach (var token in new[] { await company.TokenAsync(creator: member), await company.TokenAsync(Scope.Read) })
        {
            await _app.As(token).GetAsync(path).OkAsync();
            await _app.As(token).PatchAsync(path, new { name = "xx" }).ForbiddenAsync();
        }
        var closed = _app.As(await company.TokenAsync(opens: [company.Workspaces[1]]));
        await closed.GetAsync(path).ForbiddenAsync();
        await closed.PatchAsync(path, new { name = "xx" }).ForbiddenAsync();
        await closed.PatchAsync("/workspaces/" + company.Workspaces[1].Id, new { name = "xx" }).OkAsync();
        await other.Client.GetAsync(path).NotFoundAsync();
        await other.Client.PatchAsync(path, new { name = "xx" }).NotFoundAsync();
        await company.Client.PatchAsync(
            path, new { approvalSettings = new { type = "REQUIRED", autoSchedule = false, autoLock = false } }).ForbiddenAsync();
        await company.Client.DeleteAsync(path).GoneAsync();
        await company.Client.GetAsync(path).NotFoundAsync();
        await company.Client.PatchAsync(path, new { name = "xx" }).NotFoundAsync();
    }

    [Fact]
    public async Task Changes_by_two_at_once_are_both_there_and_a_repeat_changes_nothing()
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(_app);
        var path = "/workspaces/" + company.WorkspaceId;

        await Task.WhenAll(
            company.Client.PatchAsync(path, new { name = "Renamed" }, "a key").OkAsync(),
            other.As(company.Token).PatchAsync(path, new { websiteUrl = "https://example.com" }).OkAsync(),
            other.As(company.Token).PatchAsync(path, new { hideEmailsFromClients = true }).OkAsync());

        var workspace = (await other.As(company.Token).GetAsync(path).OkAsync())["data"]!;
        Assert.Equal(("Renamed", "https://example.com", true),
            (workspace.Text("name"), workspace.Text("websiteUrl"), workspace["hideEmailsFromClients"]!.GetValue<bool>()));
        await company.Client.PatchAsync(path, new { name = "Later" }).OkAsync();
        await company.Client.PatchAsync(path, new { name = "Renamed" }, "a key").OkAsync();
        await company.Client.PatchAsync(path, new { name = "Other" }, "a key")
            .FailAsync(HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR", "Idempotency-Key");
        Assert.Equal("Later", (await company.Client.GetAsync(path).OkAsync())["data"]!.Text("name"));
    }
}
