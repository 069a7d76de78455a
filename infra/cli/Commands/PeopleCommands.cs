using System.CommandLine;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Settings;
using Planable.Storage;

namespace Planable.Cli;

static class PeopleCommands
{
    static readonly Argument<Id> Subject = Take.Id("user", IdKind.User, "The person.");
    static readonly Argument<Role> RoleArgument = Take.Choice("role", "The person's new role", Take.All<Role>());
    static readonly Option<Id> CompanyOption = Take.Id("--company", IdKind.Company, "The company.", true);
    static readonly Option<Id> Workspace = Take.Id("--workspace", IdKind.Workspace, "The workspace.", true);
    static readonly Option<string> Email = Take.Text(
        "--email", "The person's e-mail address. A person who is already in the company is invited again.", true, NewPerson.CheckEmail);
    static readonly Option<string> Name = Take.Text("--name", "A new person's name.", false, NewPerson.CheckName);
    static readonly Option<Role?> RoleOption = Take.Choice(
        "--role", "A new person's role", false, [.. Take.All<Role>().Select(one => (one.Item1, (Role?)one.Item2))]);
    static readonly Option<Id[]> Workspaces =
        Take.Ids("--workspaces", IdKind.Workspace, "The workspaces that a new Member or Client has access to.");
    static readonly Option<Permission[]> Permissions = Take.Choices(
        "--permissions", "The person's permissions in those workspaces. Every permission includes VIEW", Take.All<Permission>());
    static readonly Option<Permission[]> Grant =
        Take.Choices("--grant", "The permissions to give. Every permission includes VIEW", Take.All<Permission>());
    static readonly Option<Permission[]> Revoke =
        Take.Choices("--revoke", "The permissions to take away. Taking VIEW away takes all of them away", Take.All<Permission>());

    public static Command Noun() => new("people", "Invite people to a company and set what they may do.")
    {
        new Verb("invite", "Add a person, or invite again one who is already in the company, and print the invitation link. "
            + "Anyone who opens the link becomes that person. The link works once, within 7 days.",
            """
            planable people invite --company cmp_wpdyety5 --email max@example.com --name 'Max Member' --role MEMBER \
              --workspaces wks_wpdyety5tgkwd6 --permissions WRITE,APPROVE
            """,
            InviteAsync, CompanyOption, Email, Name, RoleOption, Workspaces, Permissions),
        new Verb("list", "List a company's people.", "planable people list --company cmp_wpdyety5", ListAsync, CompanyOption),
        new Verb("role", "Change a person's role. A company's last Owner stays Owner.",
            "planable people role usr_… ADMINISTRATOR", RoleAsync, Subject, RoleArgument),
        new Verb("permissions", "Give a Member or Client permissions in a workspace, or take them away.",
            "planable people permissions usr_… --workspace wks_wpdyety5tgkwd6 --grant WRITE,PUBLISH --revoke APPROVE",
            PermissionsAsync, Subject, Workspace, Grant, Revoke),
        new Verb("remove", "Remove a person from the company. They can no longer sign in, and the tokens that they made stop working. "
            + "A company's last Owner cannot be removed.",
            "planable people remove usr_…", RemoveAsync, Subject),
    };

    static async Task<Outcome<Answer>> InviteAsync(Call call)
    {
        var company = call.Of(CompanyOption).Partition;
        var known = (await call.Get<CompanyStore>().UsersAsync(company, call.Cancel))
            .Find(user => string.Equals(user.Email, call.Of(Email), StringComparison.OrdinalIgnoreCase));
        if (known is not null && new Option[] { Name, RoleOption, Workspaces, Permissions }.FirstOrDefault(call.Has) is { } given)
        {
            return Problems.Forbidden($"{given.Name}: {known.Email} is already in the company, as {known.Id(company)}. "
                + "Use people role or people permissions to change what they may do.");
        }
        var (invited, problem) = await (known is null
            ? AddAsync(call, company) : Membership(call).InviteAsync(company, known.Key, by: null, call.Cancel));
        if (problem is not null)
        {
            return problem.AtOptions().At("--company");
        }
        var (user, code) = invited!;
        var site = call.Get<HttpSettings>().PublicBaseUrl?.ToString().TrimEnd('/') ?? LocalApp.FindUrl(call.Get<IConfiguration>());
        var link = site + SignInEndpoints.InvitationPath(code);
        return Answer.Of(new(PersonShown.Of(company, user), link, invited.ExpiresAt), CommandJson.Shown.PersonInvited,
            $"{link}\nSend this link to {user.Name} <{user.Email}> only. Anyone who opens it becomes {user.Id(company)}. "
            + "It works once, within 7 days.");
    }

    static async Task<Outcome<Invited>> AddAsync(Call call, string company)
    {
        if (call.Of(Name) is not { } name || call.Of(RoleOption) is not { } role)
        {
            return Problems.Malformed($"{call.Of(Email)} is not in the company yet. Give --name and --role to add them.");
        }
        string[] workspaces = [.. (call.Of(Workspaces) ?? []).Select(one => one.Partition)];
        return await Membership(call).AddAsync(
            company, new(call.Of(Email)!, name, role, workspaces, call.Of(Permissions) ?? []), by: null, call.Cancel);
    }

    static async Task<Outcome<Answer>> ListAsync(Call call)
    {
        var company = call.Of(CompanyOption).Partition;
        var store = call.Get<CompanyStore>();
        if ((await store.ReadAsync(company, call.Cancel)).Company is null)
        {
            return Problems.NotFound("company", "--company");
        }
        var all = (await store.UsersAsync(company, call.Cancel)).ConvertAll(user => PersonShown.Of(company, user));
        return Answer.Of(new Items<PersonShown>(all), CommandJson.Shown.ItemsPersonShown, Columns.Of(
            "The company has no people.", ["ID", "NAME", "E-MAIL", "ROLE", "SIGNS IN", "MAY"],
            all.Select(one => new[] { one.Id, one.Name, one.Email, $"{one.Role}", one.HasAccount ? "yes" : "not yet", one.May })));
    }

    static async Task<Outcome<Answer>> PermissionsAsync(Call call)
    {
        var (user, workspace) = (call.Of(Subject), call.Of(Workspace));
        var (granted, revoked) = (call.Of(Grant) ?? [], call.Of(Revoke) ?? []);
        if (granted.Length + revoked.Length == 0 || granted.Intersect(revoked).Any())
        {
            return Problems.Malformed("Give --grant, --revoke or both, and no permission in both.");
        }
        return await ShowAsync(call, Membership(call).SetPermissionsAsync(
            user.Partition, user.Key, [new(workspace.Partition, granted, revoked)], by: null, call.Cancel));
    }

    static Task<Outcome<Answer>> RoleAsync(Call call) => ShowAsync(call, Membership(call).SetRoleAsync(
        call.Of(Subject).Partition, call.Of(Subject).Key, call.Of(RoleArgument), by: null, call.Cancel));

    static Task<Outcome<Answer>> RemoveAsync(Call call) => ShowAsync(
        call, Membership(call).RemoveAsync(call.Of(Subject).Partition, call.Of(Subject).Key, by: null, call.Cancel), "removed: ");

    static async Task<Outcome<Answer>> ShowAsync(Call call, Task<Outcome<User>> change, string before = "")
    {
        var (user, problem) = await change;
        if (problem is not null)
        {
            return problem.AtOptions().At("<user>");
        }
        var shown = PersonShown.Of(call.Of(Subject).Partition, user!);
        return Answer.Of(
            shown, CommandJson.Shown.PersonShown,
            $"{before}{shown.Id} {shown.Name} <{shown.Email}>, {shown.Role}, may {shown.May}");
    }

    static Membership Membership(Call call) => call.Get<Membership>();
}

sealed record PersonAccess(string Id, Permission[] Permissions);

sealed record PersonShown(string Id, string Name, string Email, Role Role, PersonAccess[] Workspaces, bool HasAccount)
{
    internal string May => Role is Role.OWNER or Role.ADMINISTRATOR ? "do everything"
        : Workspaces.Length == 0 ? "do nothing yet"
        : string.Join("; ", Workspaces.Select(one => $"{string.Join(',', one.Permissions)} in {one.Id}"));

    public static PersonShown Of(string company, User user) => new(
        user.Id(company), user.Name, user.Email, user.Role,
        [.. user.Workspaces.Select(one => new PersonAccess(IdKind.Workspace.Format(one.Key), one.Value))], user.Account is not null);
}

sealed record PersonInvited(PersonShown User, string Link, DateTimeOffset ExpiresAt);
