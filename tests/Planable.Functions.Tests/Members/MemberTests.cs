using Planable.Company.Companies;
using Planable.Storage;

namespace Planable.Functions.Tests.Members;

public sealed class MemberTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task Everybody_with_access_is_listed_with_what_they_may_do()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[1], [Permission.VIEW])));
        var approver = await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.APPROVE])));

        var members = (await company.Client.GetAsync("/members?workspaceId=" + company.WorkspaceId).OkAsync())["data"]!.AsArray();

        Assert.Equal([approver.Key, company.Owner.Key], members.Select(member => member!.Text("id")[12..]));
        Assert.All(members, member => Assert.Equal(
            ["avatarUrl", "email", "id", "isApprover", "membership", "name", "permissions"],
            member!.Names().Except(["approvalLevelIds"])));
        Assert.Equal("""["VIEW","APPROVE"]""", members[0]!["permissions"]!.ToJsonString());
        Assert.Equal("""["VIEW","WRITE","APPROVE","PUBLISH","MANAGE"]""", members[1]!["permissions"]!.ToJsonString());
        Assert.Equal(("CLIENT", "OWNER"), (members[0]!.Text("membership"), members[1]!.Text("membership")));
        Assert.True(members[0]!["isApprover"]!.GetValue<bool>());
        Assert.Null(members[0]!["avatarUrl"]);
    }

    [Fact]
    public async Task The_levels_that_a_person_approves_at_are_named()
    {
        var company = await TestCompany.CreateAsync(_app);
        var id = IdKind.User.Format(company.Key, company.Owner.Key);
        await ChangeAsync(company, workspace => workspace with
        {
            ApprovalSettings = new()
            {
                Type = ApprovalType.MULTIPLE,
                AutoLock = false,
                AutoSchedule = false,
                ApprovalLevels =
                    [new() { Id = "one", Label = "1", ApproversIds = [] }, new() { Id = "two", Label = "2", ApproversIds = [id] }],
            },
        });

        var member = (await company.Client.GetAsync("/members?workspaceId=" + company.WorkspaceId).OkAsync())["data"]![0]!;

        Assert.Equal("""["one","two"]""", member["approvalLevelIds"]!.ToJsonString());
    }

    [Fact]
    public async Task Addresses_are_hidden_from_clients_where_the_workspace_says_so()
    {
        var company = await TestCompany.CreateAsync(_app);
        var person = await company.PersonAsync(TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])));
        var token = await company.TokenAsync(creator: person);
        Assert.Equal("person@example.com", await EmailAsync(token));

        await ChangeAsync(company, workspace => workspace with { HideEmailsFromClients = true });

        Assert.Equal(("", "person@example.com"), (await EmailAsync(token), await EmailAsync(company.Token)));

        async Task<string> EmailAsync(string caller) =>
            (await _app.As(caller).GetAsync("/members?workspaceId=" + company.WorkspaceId).OkAsync())["data"]![1]!.Text("email");
    }

    [Fact]
    public async Task Another_companys_workspace_is_not_found_and_one_that_is_not_opened_forbidden()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));
        var person = await mine.PersonAsync(TestCompany.Person(Role.MEMBER, (mine.Workspaces[1], [Permission.VIEW])));

        await mine.Client.GetAsync("/members?workspaceId=" + other.WorkspaceId).NotFoundAsync();
        await mine.Client.GetAsync("/members").InvalidAsync("workspaceId");
        foreach (var token in new[] { await mine.TokenAsync(opens: [mine.Workspaces[1]]), await mine.TokenAsync(creator: person) })
        {
            await _app.As(token).GetAsync("/members?workspaceId=" + mine.WorkspaceId).ForbiddenAsync();
        }
    }

    async Task ChangeAsync(TestCompany company, Func<Workspace, Workspace> change)
    {
        await _app.Get<Tables>().Companies.UpsertEntityAsync(
            CompanyStore.Row(change(company.Workspaces[0])), cancellationToken: TestContext.Current.CancellationToken);
        _app.Get<CompanyDirectory>().Forget(company.Key);
    }
}
