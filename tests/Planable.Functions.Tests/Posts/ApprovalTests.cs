using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;

namespace Planable.Functions.Tests.Posts;

public sealed class ApprovalTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task Levels_are_approved_in_their_order_and_the_post_tells_where_it_stands()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (first, second) = (await ApproverAsync(company), await ApproverAsync(company));
        await SetAsync(company, ("one", [first.Id(company.Key)]), ("two", [second.Id(company.Key)]));
        var path = "/posts/" + (await company.MakeAsync())[0];
        var (one, two) = (_app.As(await company.TokenAsync(creator: first)), _app.As(await company.TokenAsync(creator: second)));
        await StandsAsync("NEVER_SENT", 0, "one");

        var asked = (await company.Client.PostAsync(
            path + "/request-approval", new { approverIds = new[] { first.Id(company.Key) }, note = "Please" }).OkAsync())["data"]!;
        Assert.Equal(
            $$"""{"postId":"{{path[7..]}}","notifiedUserIds":["{{first.Id(company.Key)}}"],"levelId":"one"}""", asked.ToJsonString());
        await StandsAsync("PENDING", 0, "one");
        await two.PostAsync(path + "/approve", new { }).ForbiddenAsync();
        await two.PostAsync(path + "/approve", new { levelId = "two" }).InvalidAsync("levelId");
        await two.PostAsync(path + "/approve", new { levelId = "four" }).FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "levelId");
        await one.SendAsync(HttpMethod.Post, path + "/approve").OkAsync();
        var post = await StandsAsync("PARTIALLY_APPROVED", 1, "two");
        Assert.Equal(first.Id(company.Key), post["approval"]!["levels"]![0]!["approvedBy"]![0]!.Text("userId"));
        Assert.Equal("one", Assert.Single(post["approvedBy"]!.AsArray())!.Text("levelId"));
        await company.Client.PostAsync(
            path + "/request-approval", new { approverIds = new[] { second.Id(company.Key) }, levelId = "two" }).OkAsync();
        await StandsAsync("PENDING", 1, "two");
        await two.PostAsync(path + "/approve", new { levelId = "two" }).OkAsync();
        await StandsAsync("FULLY_APPROVED", 2, null);
        await company.Client.PostAsync(path + "/request-approval", new { approverIds = new[] { second.Id(company.Key) } }).InvalidAsync();

        await company.Client.PatchAsync(path, new { text = "Another" }).OkAsync();
        await StandsAsync("NEVER_SENT", 0, "one");
        await one.PostAsync(path + "/approve", new { }).OkAsync();
        await two.PostAsync(path + "/reject", new { reason = "No" }).OkAsync();
        await StandsAsync("NEVER_SENT", 0, "one");
        var told = await _app.Get<ActivityFeed>().ListAsync(
            EditPostTests.Parsed(path[7..]), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            [PostAction.REJECTED, PostAction.APPROVED, PostAction.UPDATED, PostAction.APPROVED,
                PostAction.APPROVAL_REQUESTED, PostAction.APPROVED,
                PostAction.APPROVAL_REQUESTED, PostAction.CREATED], told.Select(entry => entry.Action));
        Assert.Equal(("No", "Please"), (told[0].Note, told[^2].Note));
        Assert.Equal(["text", "approved"], told[2].Fields!);

        async Task<JsonNode> StandsAsync(string status, int completed, string? current)
        {
            var now = (await company.Client.GetAsync(path).OkAsync())["data"]!;
            var approval = now["approval"]!;
            Assert.Equal((status, completed, 2, current),
                (approval.Text("status"), approval.Number("completedLevels"), approval.Number("totalLevels"),
                    approval["currentLevelId"]?.GetValue<string>()));
            Assert.Equal(status == "FULLY_APPROVED", now["approved"]!.GetValue<bool>());
            Assert.Equal(
                [completed > 0, completed > 1], approval["levels"]!.AsArray().Select(level => level!["approved"]!.GetValue<bool>()));
            return now;
        }
    }

    [Theory]
    [InlineData("NONE", "NOT_APPLICABLE", null)]
    [InlineData("OPTIONAL", "NEVER_SENT", "FULLY_APPROVED")]
    [InlineData("REQUIRED", "NEVER_SENT", "FULLY_APPROVED")]
    public async Task A_workspace_without_levels_asks_for_one_approval_or_none(string type, string before, string? after)
    {
        var company = await TestCompany.CreateAsync(_app, approval: Settings(type));
        var path = "/posts/" + (await company.MakeAsync())[0];
        Assert.Equal(before, await StatusAsync());
        var request = company.Client.PostAsync(path + "/request-approval", new { approverIds = new[] { company.Owner.Id(company.Key) } });
        if (after is null)
        {
            await request.InvalidAsync();
            await company.Client.PostAsync(path + "/approve", new { }).InvalidAsync();
            await company.Client.PostAsync(path + "/reject", new { }).InvalidAsync();
            await company.Client.PatchAsync(path, new { approved = true }).InvalidAsync("approved");
            await company.Client.PatchAsync(path, new { approved = false }).OkAsync();
            await company.Client.PostAsync("/posts", company.Post().With("approved", true)).InvalidAsync("approved");
            return;
        }
        Assert.Equal("", (await request.OkAsync())["data"]!.Text("levelId"));
        Assert.Equal("PENDING", await StatusAsync());
        await company.Client.PostAsync(path + "/approve", new { levelId = "one" })
            .FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "levelId");
        await company.Client.PatchAsync(path, new { approved = true }).OkAsync();
        Assert.Equal(after, await StatusAsync());
        await company.Client.PatchAsync(path, new { approved = false }).OkAsync();
        Assert.Equal(before, await StatusAsync());

        async Task<string> StatusAsync() => (await company.Client.GetAsync(path).OkAsync())["data"]!["approval"]!.Text("status");
    }

    [Fact]
    public async Task Who_approves_is_the_creator_or_whom_an_administrator_names()
    {
        var company = await TestCompany.CreateAsync(_app, approval: Settings("REQUIRED"));
        var approver = await ApproverAsync(company);
        var writer = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        var other = await TestCompany.CreateAsync(_app);
        var (mine, write) = (_app.As(await company.TokenAsync(creator: approver)), _app.As(await company.TokenAsync(creator: writer)));
        var path = "/posts/" + (await company.MakeAsync())[0];

        await write.PatchAsync(path, new { approved = true }).ForbiddenAsync();
        await write.PatchAsync(path, Named(approver.Id(company.Key))).ForbiddenAsync();
        await write.PatchAsync(path, Named(writer.Id(company.Key))).InvalidAsync("approvedBy");
        await company.Client.PatchAsync(path, Named(writer.Id(company.Key))).InvalidAsync("approvedBy");
        foreach (var nobody in new[] { other.Owner.Id(other.Key), company.PageIds[0], approver.Id(company.Key)[..^1] + "z", "x" })
        {
            await company.Client.PatchAsync(path, Named(nobody)).InvalidAsync("approvedBy");
            await company.Client.PostAsync("/posts", company.Post().With("approved", true).With("approvedBy", nobody))
                .InvalidAsync("approvedBy");
        }
        // It takes no WRITE to approve.
        await mine.PatchAsync(path, new { text = "x" }).ForbiddenAsync();
        Assert.Equal(approver.Id(company.Key), await ByAsync(mine.PatchAsync(path, Named(approver.Id(company.Key)))));
        await write.PatchAsync(path, new { approved = false }).ForbiddenAsync();
        await mine.PatchAsync(path, new { approved = false }).OkAsync();
        Assert.Equal(approver.Id(company.Key), await ByAsync(company.Client.PatchAsync(path, Named(approver.Id(company.Key)))));
        await write.PostAsync(path + "/approve", new { }).ForbiddenAsync();
        await write.PostAsync(path + "/reject", new { }).ForbiddenAsync();

        await write.PostAsync("/posts", company.Post().With("approved", true)).ForbiddenAsync();
        var group = (await company.Client.PostAsync(
            "/posts", company.Group(company.PageIds).With("approved", true)).CreatedAsync())["posts"]!.AsArray();
        Assert.All(group, post => Assert.Equal(company.Owner.Id(company.Key), post!["approvedBy"]![0]!.Text("userId")));
        Assert.Equal(3, await company.CountAsync());

        static Dictionary<string, object?> Named(string by) => new(StringComparer.Ordinal) { ["approved"] = true, ["approvedBy"] = by };

        static async Task<string> ByAsync(Task<HttpResponseMessage> call) =>
            (await call.OkAsync())["data"]!["approvedBy"]![0]!.Text("userId");
    }

    [Fact]
    public async Task Only_members_who_may_approve_are_asked_and_no_client_about_what_is_for_the_team_only()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2, approval: Settings("REQUIRED"));
        var (approver, client) = (await ApproverAsync(company), await ApproverAsync(company, Role.CLIENT));
        var writer = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
        var elsewhere = await company.PersonAsync(
            TestCompany.Person(Role.MEMBER, (company.Workspaces[1], [Permission.VIEW, Permission.APPROVE])));
        var other = await TestCompany.CreateAsync(_app);
        var path = $"/posts/{(await company.MakeAsync())[0]}/request-approval";
        var hidden = $"/posts/{(await company.MakeAsync(company.Post().With("teamOnly", true)))[0]}/request-approval";

        foreach (var nobody in new[] { elsewhere.Id(company.Key), other.Owner.Id(other.Key), "x" })
        {
            await company.Client.PostAsync(path, Asking(approver.Id(company.Key), nobody))
                .InvalidAsync("approverIds[1]");
        }
        await company.Client.PostAsync(path, Asking(approver.Id(company.Key), writer.Id(company.Key))).InvalidAsync("approverIds[1]");
        await company.Client.PostAsync(path, new { approverIds = new[] { approver.Id(company.Key) }, levelId = "one" })
            .FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "levelId");
        await company.Client.PostAsync(hidden, Asking(client.Id(company.Key))).InvalidAsync("approverIds");
        Assert.Equal([approver.Id(company.Key)], await ToldAsync(hidden, client, approver, approver));
        Assert.Equal([client.Id(company.Key), approver.Id(company.Key)], await ToldAsync(path, client, approver, client));
        foreach (var token in new[] { await company.TokenAsync(creator: approver), await company.TokenAsync(Scope.Read),
            await company.TokenAsync(opens: [company.Workspaces[1]]) })
        {
            await _app.As(token).PostAsync(path, Asking(approver.Id(company.Key))).ForbiddenAsync();
        }
        await other.Client.PostAsync(path, Asking(other.Owner.Id(other.Key))).NotFoundAsync();

        static object Asking(params string[] approvers) => new { approverIds = approvers };

        async Task<string[]> ToldAsync(string at, params User[] asked)
        {
            var answer = await company.Client.PostAsync(at, Asking([.. asked.Select(user => user.Id(company.Key))])).OkAsync();
            return [.. answer["data"]!["notifiedUserIds"]!.AsArray().Select(id => id!.GetValue<string>())];
        }
    }

    [Fact]
    public async Task Full_approval_sets_the_schedule_of_a_dated_post_and_locks_its_content()
    {
        var company = await TestCompany.CreateAsync(_app, approval: Settings("REQUIRED", autoSchedule: true, autoLock: true));
        var dated = "/posts/" + (await company.MakeAsync(company.Post().With("scheduledAt", "2030-01-01T00:00:00Z")))[0];
        var undated = "/posts/" + (await company.MakeAsync())[0];
        var past = "/posts/" + (await company.MakeAsync(company.Post().With("scheduledAt", "2020-01-01T00:00:00Z")))[0];

        Assert.Equal("SCHEDULED", (await company.Client.PostAsync(dated + "/approve", new { }).OkAsync())["data"]!.Text("status"));
        Assert.Equal("NO_DATE_SET", (await company.Client.PostAsync(undated + "/approve", new { }).OkAsync())["data"]!.Text("status"));
        Assert.Equal("PLANNED", (await company.Client.PostAsync(past + "/approve", new { }).OkAsync())["data"]!.Text("status"));

        await company.Client.PatchAsync(dated, new { text = "x", linkedinPdfTitle = "x", pinterest = new { boardId = "x" } })
            .InvalidAsync("text", "linkedinPdfTitle", "pinterest");
        await company.Client.PatchAsync(dated, new { text = "Hello", scheduledAt = "2031-01-01T00:00:00Z", teamOnly = true }).OkAsync();
        await company.Client.PatchAsync(dated, new { approved = false }).OkAsync();
        Assert.Equal("x", (await company.Client.PatchAsync(dated, new { text = "x" }).OkAsync())["data"]!.Text("plainText"));
        var created = company.Post().With("scheduledAt", "2030-01-01T00:00:00Z").With("approved", true);
        Assert.Equal("SCHEDULED", (await company.Client.PostAsync("/posts", created).CreatedAsync())["posts"]![0]!.Text("status"));
    }

    [Theory]
    [InlineData("approve", "reject", "NEVER_SENT")]
    [InlineData("reject", "approve", "FULLY_APPROVED")]
    [InlineData("request-approval", "approve", "FULLY_APPROVED")]
    public async Task A_decision_may_be_repeated_with_its_key(string first, string then, string status)
    {
        var company = await TestCompany.CreateAsync(_app, approval: Settings("REQUIRED"));
        var path = "/posts/" + (await company.MakeAsync())[0];
        var body = new { approverIds = new[] { company.Owner.Id(company.Key) } };

        var answer = await company.Client.PostAsync($"{path}/{first}", body, "a key").OkAsync();
        await company.Client.PostAsync($"{path}/{then}", new { }).OkAsync();
        var repeated = await company.Client.PostAsync($"{path}/{first}", body, "a key").OkAsync();

        Assert.Equal(answer.ToJsonString(), repeated.ToJsonString());
        Assert.Equal(status, (await company.Client.GetAsync(path).OkAsync())["data"]!["approval"]!.Text("status"));
    }

    [Fact]
    public async Task Approvals_by_two_at_once_are_both_there()
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(_app, approval: Settings("OPTIONAL"));
        var path = $"/posts/{(await company.MakeAsync())[0]}/approve";
        var tokens = new List<string>();
        for (var person = 0; person < 6; person++)
        {
            tokens.Add(await company.TokenAsync(creator: await ApproverAsync(company)));
        }

        await Task.WhenAll(tokens.SelectMany((token, index) => new[]
        {
            (index % 2 == 0 ? _app : other).As(token).PostAsync(path, new { }, "a key").OkAsync(),
            other.As(token).PostAsync(path, new { }, "a key").OkAsync(),
        }));

        var approvers = (await company.Client.GetAsync(path[..^8]).OkAsync())["data"]!["approvedBy"]!.AsArray()
            .Select(by => by!.Text("userId")).ToArray();
        Assert.Equal((6, 6), (approvers.Length, approvers.Distinct().Count()));
    }

    internal static ApprovalSettings Settings(string type, bool autoSchedule = false, bool autoLock = false) =>
        new() { Type = Enum.Parse<ApprovalType>(type), AutoSchedule = autoSchedule, AutoLock = autoLock };

    static Task<User> ApproverAsync(TestCompany company, Role role = Role.MEMBER) =>
        company.PersonAsync(TestCompany.Person(role, (company.Workspaces[0], [Permission.VIEW, Permission.APPROVE])));

    static Task<JsonNode> SetAsync(TestCompany company, params (string Id, string[] Approvers)[] levels) => company.Client.PatchAsync(
        "/workspaces/" + company.WorkspaceId,
        new
        {
            approvalSettings = new
            {
                type = "MULTIPLE",
                autoSchedule = false,
                autoLock = false,
                approvalLevels = levels.Select(level => new { id = level.Id, label = level.Id, approversIds = level.Approvers }),
            },
        }).OkAsync();
}
