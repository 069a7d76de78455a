using System.Net;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Functions.Tests.Settings;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Functions.Tests.Commands;

public sealed class PeopleCommandTests(AzuriteFixture fixture)
{
    const string Nobody = "usr_0000000000000000000000000";

    readonly Operator _operator = new(fixture.ConnectionString);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_makes_who_opens_it_that_person()
    {
        await using var app = App.Start(fixture.ConnectionString, null, ("WEBSITE_AUTH_ENABLED", "True"));
        var made = await _operator.CreateAsync("Pro");
        var asked = new Operator(fixture.ConnectionString, null, null, ("PublicBaseUrl", "https://api.example.com/"));

        var invited = await asked.JsonAsync(
            "people", "invite", "--company", made.Company, "--email", "max@example.com", "--name", "Max", "--role", "administrator");

        Assert.Equal(["expiresAt", "link", "user"], invited.Names());
        Assert.StartsWith("https://api.example.com/settings/invitation?code=", invited.Text("link"), StringComparison.Ordinal);
        var visitor = new Visitor(app, (PlatformSignInTests.Header, PlatformSignInTests.Principal()), PlatformSignInTests.Secure);
        using var page = await visitor.GetAsync(new Uri(invited.Text("link")).PathAndQuery);
        using var accepted = await visitor.PostAsync("/settings/invitation", ("code", visitor.Hidden("code")));
        Assert.Equal(HttpStatusCode.Redirect, accepted.StatusCode);
        using var tokens = await visitor.GenerateAsync();
        Assert.Equal(HttpStatusCode.OK, tokens.StatusCode);
        var people = await _operator.JsonAsync("people", "list", "--company", made.Company);
        Assert.Equal([false, true], people["data"]!.AsArray().Select(one => one!["hasAccount"]!.GetValue<bool>()).Order());
    }

    [Fact]
    public async Task An_invitation_says_what_it_is_worth()
    {
        var made = await _operator.CreateAsync();

        var ran = (await _operator.RunAsync("people", "invite", "--company", made.Company, "--email", "ADA@example.com")).Done();

        Assert.StartsWith("http://localhost:7071/settings/invitation?code=" + made.Key, ran.Out, StringComparison.Ordinal);
        Assert.Contains("7 days", ran.Out, StringComparison.Ordinal);
        Assert.Contains("Anyone who opens it becomes " + made.Owner, ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000")]
    [InlineData("http://0.0.0.0:5000", "http://localhost:5000")]
    [InlineData("http://[::]:5000;https://localhost:5001", "http://localhost:5000")]
    [InlineData("http://+:5000", "http://localhost:5000")]
    public async Task A_link_leads_to_where_the_app_is_going_to_listen(string urls, string site)
    {
        var asked = new Operator(fixture.ConnectionString, null, null, ("urls", urls));
        var made = await asked.CreateAsync();

        var invited = await asked.JsonAsync("people", "invite", "--company", made.Company, "--email", "ada@example.com");

        Assert.StartsWith(site + "/settings/invitation?code=", invited.Text("link"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_there_is_invited_again_and_stays_as_they_are()
    {
        var made = await _operator.CreateAsync();
        var user = await _operator.InviteAsync(
            made.Company, "max@example.com", "MEMBER", "--workspaces", made.Workspace, "--permissions", "WRITE,approve");

        var again = await _operator.JsonAsync("people", "invite", "--company", made.Company, "--email", "max@example.com");
        (await _operator.RunAsync(
            "people", "invite", "--company", made.Company, "--email", "max@example.com", "--role", "OWNER")).Fails(1, "--role");

        Assert.Equal(user, again["user"]!.Text("id"));
        Assert.Equal("MEMBER", again["user"]!.Text("role"));
        Assert.Equal(["VIEW", "WRITE", "APPROVE"], Permissions(again["user"]!));
    }

    [Fact]
    public async Task Of_many_who_invite_an_address_at_once_one_adds_the_person()
    {
        var made = await _operator.CreateAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            _operator.RunAsync(
                "people", "invite", "--company", made.Company, "--email", "max@example.com", "--name", "Max", "--role", "CLIENT")));

        Assert.Single(all, ran => ran.Code == 0);
        Assert.All(all.Where(ran => ran.Code != 0), ran => Assert.Equal(1, ran.Code));
        Assert.Equal(2, (await _operator.JsonAsync("people", "list", "--company", made.Company)).Ids().Length);
    }

    [Fact]
    public async Task Permissions_are_granted_and_revoked_by_workspace()
    {
        var made = await _operator.CreateAsync();
        var user = await _operator.InviteAsync(made.Company, "max@example.com", "MEMBER");

        var granted = await _operator.JsonAsync(
            "people", "permissions", user, "--workspace", made.Workspace, "--grant", "PUBLISH", "MANAGE");
        var revoked = await _operator.JsonAsync(
            "people", "permissions", user, "--workspace", made.Workspace, "--grant", "WRITE", "--revoke", "MANAGE");
        var left = await _operator.JsonAsync("people", "permissions", user, "--workspace", made.Workspace, "--revoke", "VIEW");

        Assert.Equal(["email", "hasAccount", "id", "name", "role", "workspaces"], granted.Names());
        Assert.Equal(["VIEW", "PUBLISH", "MANAGE"], Permissions(granted));
        Assert.Equal(["VIEW", "WRITE", "PUBLISH"], Permissions(revoked));
        Assert.Empty(left["workspaces"]!.AsArray());
        (await _operator.RunAsync(
            "people", "permissions", made.Owner, "--workspace", made.Workspace, "--grant", "WRITE")).Fails(1, "all permissions");
    }

    [Fact]
    public async Task Somebody_who_is_removed_signs_in_no_more_and_their_tokens_fail()
    {
        var made = await _operator.CreateAsync("Pro");
        var user = await _operator.InviteAsync(made.Company, "max@example.com", "ADMINISTRATOR");
        var token = fixture.App.As(await _operator.IssueAsync(made.Company, "--by", user));
        await token.GetAsync("/workspaces").OkAsync();
        var people = fixture.App.Get<AccountStore>();
        var account = new Account("https://login.example.com", "tenant", Guid.NewGuid().ToString());
        var code = (await fixture.App.InviteAsync(made.Key, user[^Ids.KeyLength..], Cancel))!;
        await people.AcceptAsync(account, code, Cancel);
        var unused = (await fixture.App.InviteAsync(made.Key, user[^Ids.KeyLength..], Cancel))!;

        var removed = await _operator.JsonAsync("people", "remove", user);
        fixture.App.Get<CompanyDirectory>().Forget(made.Key);

        Assert.Equal(user, removed.Text("id"));
        Assert.Null(await people.UserOfAsync(account, Cancel));
        Assert.Null(await fixture.App.Get<Tables>().Companies.FindAsync(AccountStore.Partition, account.Key, Cancel));
        Assert.Equal(404, (await people.AcceptAsync(account, unused, Cancel)).Problem!.Status());
        await token.GetAsync("/workspaces").ForbiddenAsync();
        (await _operator.RunAsync("people", "remove", user)).Fails(3, "<user>");
    }

    [Fact]
    public async Task Changes_of_people_are_in_the_audit_log()
    {
        var made = await _operator.CreateAsync();
        var user = await _operator.InviteAsync(made.Company, "max@example.com", "MEMBER");
        (await _operator.RunAsync("people", "role", user, "CLIENT")).Done();

        var log = await fixture.App.Get<AuditLog>().ListAsync(made.Key, null, 10, Cancel);

        Assert.Equal(
            [(AuditAction.PersonRoleChanged, user, null, "Client"), (AuditAction.PersonInvited, user, (string?)null, "Member")],
            log.Select(entry => (entry.Action, entry.Subject, entry.By, entry.Detail)));
    }

    [Fact]
    public async Task The_last_Owner_is_neither_removed_nor_demoted()
    {
        var made = await _operator.CreateAsync();
        await _operator.InviteAsync(made.Company, "max@example.com", "ADMINISTRATOR");

        (await _operator.RunAsync("people", "remove", made.Owner)).Fails(1, "last Owner");
        (await _operator.RunAsync("people", "role", made.Owner, "ADMINISTRATOR")).Fails(1, "last Owner");

        Assert.Equal("OWNER", (await _operator.JsonAsync("people", "role", made.Owner, "OWNER")).Text("role"));
        Assert.Equal([made.Owner], (await _operator.JsonAsync("company", "show", made.Company)).Ids("owners"));
    }

    [Fact]
    public async Task Of_all_Owners_who_leave_at_once_one_stays()
    {
        for (var round = 0; round < 3; round++)
        {
            var made = await _operator.CreateAsync();
            string[] owners = [made.Owner, await _operator.InviteAsync(made.Company, "max@example.com", "OWNER"),
                await _operator.InviteAsync(made.Company, "mia@example.com", "OWNER")];

            var all = await Task.WhenAll(owners.Select((owner, index) =>
                index == round ? _operator.RunAsync("people", "role", owner, "MEMBER") : _operator.RunAsync("people", "remove", owner)));

            Assert.Single(all, ran => ran.Code == 1);
            Assert.Single((await _operator.JsonAsync("company", "show", made.Company)).Ids("owners"));
        }
    }

    [Fact]
    public async Task Another_companys_workspace_is_not_found()
    {
        var (made, other) = (await _operator.CreateAsync(), await _operator.CreateAsync());
        var user = await _operator.InviteAsync(made.Company, "max@example.com", "MEMBER");

        (await _operator.RunAsync(
            "people", "permissions", user, "--workspace", other.Workspace, "--grant", "VIEW")).Fails(3, "--workspace");
        (await _operator.RunAsync(
            "people", "invite", "--company", made.Company, "--email", "mia@example.com", "--name", "Mia", "--role", "MEMBER",
            "--workspaces", other.Workspace, "--permissions", "VIEW")).Fails(3, "--workspaces");

        Assert.Equal(2, (await _operator.JsonAsync("people", "list", "--company", made.Company)).Ids().Length);
    }

    [Theory]
    [InlineData(2, "--email", "people", "invite", "--company", "cmp_00000000", "--email", "nonsense")]
    [InlineData(2, "--name", "people", "invite", "--company", "cmp_00000000", "--email", "max@example.com")]
    [InlineData(2, "--permissions", "people", "invite", "--company", "cmp_00000000", "--email", "m@example.com", "--name", "M", "--role",
        "MEMBER", "--workspaces", "wks_00000000000000")]
    [InlineData(
        2, "--workspaces", "people", "invite", "--company", "cmp_00000000", "--email", "m@example.com", "--workspaces", "cmp_00000000")]
    [InlineData(2, "--permissions", "people", "invite", "--company", "cmp_00000000", "--email", "m@example.com", "--permissions", "FLY")]
    [InlineData(2, "--workspaces", "people", "invite", "--company", "cmp_00000000", "--email", "m@example.com", "--name", "M", "--role",
        "OWNER", "--workspaces", "wks_00000000000000", "--permissions", "VIEW")]
    [InlineData(2, "<role>", "people", "role", Nobody, "KING")]
    [InlineData(2, "<user>", "people", "role", "tok_0000000000000000000000000", "OWNER")]
    [InlineData(2, "--grant", "people", "permissions", Nobody, "--workspace", "wks_00000000000000")]
    [InlineData(2, "--company", "people", "list")]
    [InlineData(3, "--company", "people", "list", "--company", "cmp_00000000")]
    [InlineData(
        3, "--company", "people", "invite", "--company", "cmp_00000000", "--email", "m@example.com", "--name", "M", "--role", "CLIENT")]
    [InlineData(3, "<user>", "people", "role", Nobody, "OWNER")]
    [InlineData(3, "<user>", "people", "remove", Nobody)]
    public async Task What_cannot_be_done_is_one_line_that_says_why(int code, string part, params string[] args) =>
        (await _operator.RunAsync(args)).Fails(code, part);

    static string[] Permissions(System.Text.Json.Nodes.JsonNode user) =>
        [.. user["workspaces"]![0]!["permissions"]!.AsArray().Select(one => one!.GetValue<string>())];
}
