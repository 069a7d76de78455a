using System.Net;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Storage;

namespace Planable.Functions.Tests.Settings;

/// <summary>The pages Company settings → People.</summary>
public sealed class PeoplePageTests(AzuriteFixture fixture, DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    App App => development.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_invited_gets_a_link_that_makes_them_that_person()
    {
        await using var azure = App.Start(fixture.ConnectionString, null, ("WEBSITE_AUTH_ENABLED", "True"));
        var company = await TestCompany.CreateAsync(App, workspaces: 2);
        var visitor = await OpenAsync(company, company.Owner);

        using var answer = await InviteAsync(
            visitor, ("workspaces", company.Workspaces[0].Id), ("workspaces", company.Workspaces[1].Id), ("permissions", "WRITE"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var link = Link(visitor);
        Assert.StartsWith(App.BaseAddress + "settings/invitation?code=", link, StringComparison.Ordinal);
        var added = await FindAsync(company, "max@example.com");
        Assert.Equal(("Max", Role.MEMBER), (added!.Name, added.Role));
        Assert.All(company.Workspaces, one => Assert.Equal([Permission.VIEW, Permission.WRITE], added.PermissionsIn(one.Key)));
        var invited = new Visitor(azure, (PlatformSignInTests.Header, PlatformSignInTests.Principal()), PlatformSignInTests.Secure);
        (await invited.GetAsync(new Uri(link).PathAndQuery)).Dispose();
        using var accepted = await invited.PostAsync("/settings/invitation", ("code", invited.Hidden("code")));
        Assert.Equal("/settings/review", accepted.Headers.Location!.ToString());
        using var review = await invited.GetAsync("/settings/review");
        Assert.Equal(HttpStatusCode.OK, review.StatusCode);
        (await visitor.GetAsync("/settings/people")).Dispose();
        Assert.Contains("max@example.com", visitor.Html, StringComparison.Ordinal);
        Assert.Contains("Workspace 0: View, Write; Workspace 1: View, Write", visitor.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(link, visitor.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email", "email", "nonsense")]
    [InlineData("email", "email", "")]
    [InlineData("name", "name", " ")]
    [InlineData("name", "name", "a\u0007b")]
    [InlineData("role", "role", "KING")]
    [InlineData("role", "role", "")]
    [InlineData("workspaces", "workspaces", "wks_x")]
    [InlineData("permissions", "workspaces", "*")]
    [InlineData("permissions", "permissions", "FLY")]
    [InlineData("workspaces", "permissions", "WRITE")]
    public async Task A_form_filled_in_wrongly_says_where_and_invites_nobody(string named, string field, string value)
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await OpenAsync(company, company.Owner);

        using var answer = await InviteAsync(visitor, (field, value is "*" ? company.WorkspaceId : value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"id=\"{named}-error\"", visitor.Html, StringComparison.Ordinal);
        Assert.Single(await App.Get<CompanyStore>().UsersAsync(company.Key, Cancel));
    }

    [Fact]
    public async Task Another_companys_workspace_is_as_one_that_is_not_there()
    {
        var (company, other) = (await TestCompany.CreateAsync(App), await TestCompany.CreateAsync(App));
        var member = await company.PersonAsync(TestCompany.Person(Role.MEMBER));
        var visitor = await OpenAsync(company, company.Owner);

        foreach (var workspace in new[] { other.WorkspaceId, IdKind.Workspace.Format(company.Key + "000000") })
        {
            using var invited = await InviteAsync(visitor, ("workspaces", workspace), ("permissions", "VIEW"));
            Assert.Equal(HttpStatusCode.BadRequest, invited.StatusCode);
            Assert.Contains("There is no such workspace.", visitor.Html, StringComparison.Ordinal);
            using var changed = await visitor.PostAsync(PathOf(company, member) + "/permissions", ("may", workspace + ":VIEW"));
            Assert.Equal(HttpStatusCode.NotFound, changed.StatusCode);
            Assert.Contains("There is no such workspace.", visitor.Html, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await App.Get<CompanyStore>().UsersAsync(company.Key, Cancel)).Count);
        Assert.Empty((await ReadAsync(company, member))!.Workspaces);
    }

    [Fact]
    public async Task An_address_that_is_there_already_is_not_added_again_but_its_person_can_be_invited_again()
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await OpenAsync(company, company.Owner);
        (await InviteAsync(visitor)).Dispose();
        var first = Link(visitor);

        using var again = await InviteAsync(visitor, ("email", "MAX@example.com"));
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Contains("already in this company", visitor.Html, StringComparison.Ordinal);
        using var invited = await visitor.PostAsync(PathOf(company, (await FindAsync(company, "max@example.com"))!) + "/invite");

        Assert.Equal(HttpStatusCode.OK, invited.StatusCode);
        Assert.NotEqual(first, Link(visitor));
    }

    [Fact]
    public async Task Role_and_permissions_are_changed_and_a_person_is_removed_and_the_audit_log_says_so()
    {
        var company = await TestCompany.CreateAsync(App, workspaces: 2);
        var (first, second) = (company.Workspaces[0], company.Workspaces[1]);
        var max = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (first, [Permission.VIEW, Permission.WRITE])) with
        {
            Name = "Max <Member>",
        });
        var visitor = await OpenAsync(company, company.Owner);
        var path = PathOf(company, max);
        (await visitor.GetAsync(path)).Dispose();
        Assert.Equal($"{first.Id}:VIEW {first.Id}:WRITE", visitor.Hidden("was"));

        // Meanwhile somebody else grants a permission: it stays.
        await App.Get<Membership>().SetPermissionsAsync(
            company.Key, max.Key, [new(second.Key, [Permission.MANAGE], [])], by: null, Cancel);
        await SavedAsync(visitor.PostAsync(
            path + "/permissions", ("was", visitor.Hidden("was")), ("may", first.Id + ":APPROVE"), ("may", second.Id + ":PUBLISH")));
        var changed = await ReadAsync(company, max);
        Assert.Equal([Permission.VIEW, Permission.APPROVE], changed!.PermissionsIn(first.Key));
        Assert.Equal([Permission.VIEW, Permission.PUBLISH, Permission.MANAGE], changed.PermissionsIn(second.Key));
        await SavedAsync(visitor.PostAsync(
            path + "/permissions", ("was", $"{first.Id}:VIEW {first.Id}:APPROVE"), ("may", second.Id + ":VIEW")));
        Assert.Empty((await ReadAsync(company, max))!.PermissionsIn(first.Key));
        await SavedAsync(visitor.PostAsync(path + "/role", ("role", "ADMINISTRATOR")));
        Assert.Equal(Role.ADMINISTRATOR, (await ReadAsync(company, max))!.Role);
        using var removed = await visitor.PostAsync(path + "/remove");

        Assert.Equal("/settings/people?removed", removed.Headers.Location!.ToString());
        Assert.Null(await ReadAsync(company, max));
        using var gone = await visitor.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        var log = await App.Get<AuditLog>().ListAsync(company.Key, null, 10, Cancel);
        Assert.Equal(
            [AuditAction.PersonRemoved, AuditAction.PersonRoleChanged, AuditAction.PersonPermissionsChanged,
                AuditAction.PersonPermissionsChanged, AuditAction.PersonPermissionsChanged],
            log.Select(entry => entry.Action));
        Assert.Equal([company.Owner.Key, company.Owner.Key, company.Owner.Key, company.Owner.Key, null], log.Select(entry => entry.By));
        Assert.Equal("127.0.0.1", log[0].From);
        (await visitor.GetAsync("/settings/audit")).Dispose();
        Assert.Contains("changed the role of <strong>Max &lt;Member&gt;</strong> (Administrator)", visitor.Html, StringComparison.Ordinal);
        Assert.Contains("An operator", visitor.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("role", "role", "KING")]
    [InlineData("role", "role", "")]
    [InlineData("permissions", "may", "FLY")]
    [InlineData("permissions", "may", "wks_x:VIEW")]
    [InlineData("permissions", "was", "wks_x:VIEW")]
    public async Task A_change_that_makes_no_sense_is_refused_and_changes_nothing(string form, string field, string value)
    {
        var company = await TestCompany.CreateAsync(App);
        var member = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var visitor = await OpenAsync(company, company.Owner);

        using var answer = await visitor.PostAsync($"{PathOf(company, member)}/{form}", (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Nothing was changed.", visitor.Html, StringComparison.Ordinal);
        Assert.Equal([Permission.VIEW], (await ReadAsync(company, member))!.PermissionsIn(company.Workspaces[0].Key));
        Assert.Empty(await App.Get<AuditLog>().ListAsync(company.Key, null, 10, Cancel));
    }

    [Fact]
    public async Task The_last_Owner_is_neither_removed_nor_demoted()
    {
        var company = await TestCompany.CreateAsync(App);
        var visitor = await OpenAsync(company, company.Owner);
        var path = PathOf(company, company.Owner);

        foreach (var (what, role) in new[] { ("remove", ""), ("role", "MEMBER") })
        {
            using var answer = await visitor.PostAsync($"{path}/{what}", ("role", role));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("last Owner", visitor.Html, StringComparison.Ordinal);
        }
        using var permissions = await visitor.PostAsync(path + "/permissions", ("may", company.WorkspaceId + ":VIEW"));

        Assert.Equal(HttpStatusCode.Forbidden, permissions.StatusCode);
        Assert.Equal(Role.OWNER, (await ReadAsync(company, company.Owner))!.Role);
    }

    [Fact]
    public async Task An_Administrator_manages_all_but_Owners()
    {
        var company = await TestCompany.CreateAsync(App);
        var administrator = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var member = await company.PersonAsync(TestCompany.Person(Role.MEMBER));
        var visitor = await OpenAsync(company, administrator);

        foreach (var (path, field, value) in new[]
        {
            (PathOf(company, company.Owner) + "/invite", "", ""), (PathOf(company, company.Owner) + "/role", "role", "MEMBER"),
            (PathOf(company, company.Owner) + "/remove", "", ""), (PathOf(company, member) + "/role", "role", "OWNER"),
        })
        {
            using var refused = await visitor.PostAsync(path, (field, value));
            Assert.True(refused.StatusCode is HttpStatusCode.Forbidden, $"{path}: {refused.StatusCode}");
            Assert.Contains("Only an Owner may", visitor.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("invitation?code", visitor.Html, StringComparison.Ordinal);
        }
        using var invited = await InviteAsync(visitor, ("role", "OWNER"));
        Assert.Equal(HttpStatusCode.Forbidden, invited.StatusCode);
        (await visitor.GetAsync(PathOf(company, company.Owner))).Dispose();
        Assert.DoesNotContain("action=\"" + PathOf(company, company.Owner), visitor.Html, StringComparison.Ordinal);
        await SavedAsync(visitor.PostAsync(PathOf(company, member) + "/role", ("role", "CLIENT")));

        Assert.Equal(Role.OWNER, (await ReadAsync(company, company.Owner))!.Role);
        Assert.Equal(Role.CLIENT, (await ReadAsync(company, member))!.Role);
    }

    [Fact]
    public async Task Who_was_an_Administrator_when_the_page_was_made_changes_nothing_any_more()
    {
        var company = await TestCompany.CreateAsync(App);
        var administrator = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));

        // Another instance may still take this person for an Administrator: the change itself finds out.
        await App.Get<Membership>().SetRoleAsync(company.Key, administrator.Key, Role.MEMBER, by: null, Cancel);
        var (_, problem) = await App.Get<Membership>().SetRoleAsync(
            company.Key, administrator.Key, Role.ADMINISTRATOR, new(administrator.Key, null), Cancel);

        Assert.Contains("Only Owners and Administrators", problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_companys_person_is_not_found()
    {
        var (company, other) = (await TestCompany.CreateAsync(App), await TestCompany.CreateAsync(App));
        var theirs = await other.PersonAsync(TestCompany.Person(Role.MEMBER));
        var visitor = await OpenAsync(company, company.Owner);
        (await visitor.GetAsync("/settings/people/" + IdKind.User.Format(company.Key, theirs.Key))).Dispose();
        var unknown = Body(visitor);

        foreach (var id in new[] { theirs.Id(other.Key), IdKind.User.Format(company.Key, theirs.Key), "usr_x", company.Owner.Key })
        {
            using var page = await visitor.GetAsync("/settings/people/" + id);
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            Assert.Equal(unknown, Body(visitor));
            foreach (var (what, field, value) in new[]
            {
                ("invite", "", ""), ("role", "role", "OWNER"), ("permissions", "may", company.WorkspaceId + ":VIEW"), ("remove", "", ""),
            })
            {
                using var answer = await visitor.PostAsync($"/settings/people/{id}/{what}", (field, value));
                Assert.True(answer.StatusCode is HttpStatusCode.NotFound, $"{id} {what}: {answer.StatusCode}");
            }
        }
        Assert.Equal(Role.MEMBER, (await ReadAsync(other, theirs))!.Role);

        // The request's id differs.
        static string Body(Visitor visitor) => visitor.Html[visitor.Html.IndexOf("<h1>", StringComparison.Ordinal)..].Split("<p class")[0];
    }

    async Task<Visitor> OpenAsync(TestCompany company, User user)
    {
        var visitor = await Visitor.SignedInAsync(App, company, user);
        using var page = await visitor.GetAsync("/settings/people");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return visitor;
    }

    static Task<HttpResponseMessage> InviteAsync(Visitor visitor, params (string Name, string Value)[] fields)
    {
        (string Name, string Value)[] usual = [("email", "max@example.com"), ("name", "Max"), ("role", "MEMBER")];
        return visitor.PostAsync(
            "/settings/people", [.. usual.ExceptBy(fields.Select(field => field.Name), field => field.Name), .. fields]);
    }

    static async Task SavedAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.EndsWith("?saved", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    static string PathOf(TestCompany company, User user) => "/settings/people/" + user.Id(company.Key);

    /// <summary>The link that the last page shows.</summary>
    static string Link(Visitor visitor) => visitor.Html.Split("<input id=\"link\" readonly value=\"")[1].Split('"')[0];

    async Task<User?> FindAsync(TestCompany company, string email) =>
        (await App.Get<CompanyStore>().UsersAsync(company.Key, Cancel)).Find(one => one.Email == email);

    async Task<User?> ReadAsync(TestCompany company, User user) =>
        (await App.Get<CompanyStore>().ReadUserAsync(company.Key, user.Key, Cancel))?.Value;
}
