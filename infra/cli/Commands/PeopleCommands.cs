using System.CommandLine;
using System.Net.Mail;
using Planable.Companies;
using Planable.Hosting;
using Planable.Http;
using Planable.Settings;
using Planable.Storage;

namespace Planable.Cli;

static class PeopleCommands
{
    static readonly Argument<Id> Subject = Take.Id("user", IdKind.User, "The person.");
    static readonly Argument<Role> RoleArgument = Take.Choice("role", "What they are to be", Take.All<Role>());
    static readonly Option<Id> CompanyOption = Take.Id("--company", IdKind.Company, "The company.", true);
    static readonly Option<Id> Workspace = Take.Id("--workspace", IdKind.Workspace, "The workspace.", true);
    static readonly Option<string> Email = Take.Text("--email", "The e-mail address. Somebody who is there with it already is invited again.", true, WhyNotEmail);
    static readonly Option<string> Name = Take.Text("--name", "The name of somebody new.", false, Take.Characters(1, 80));
    static readonly Option<Role?> RoleOption = Take.Choice("--role", "The role of somebody new", false, [.. Take.All<Role>().Select(one => (one.Item1, (Role?)one.Item2))]);
    static readonly Option<Id[]> Workspaces = Take.Ids("--workspaces", IdKind.Workspace, "The workspaces that a new Member or Client enters.");
    static readonly Option<Permission[]> Permissions = Take.Choices("--permissions", "What they may do in those; VIEW comes with any", Take.All<Permission>());
    static readonly Option<Permission[]> Grant = Take.Choices("--grant", "What they may do from now on; VIEW comes with any", Take.All<Permission>());
    static readonly Option<Permission[]> Revoke = Take.Choices("--revoke", "What they may do no more; without VIEW they may do nothing", Take.All<Permission>());

    public static Command Noun() => new("people", "The people of a company: invitations, roles, permissions.")
    {
        new Verb("invite", "Add somebody, or invite again who is there, and print the link by which they come in. Whoever has the link becomes that person; it is good once, for 7 days.",
            "planable people invite --company cmp_wpdyety5 --email max@example.com --name 'Max Member' --role MEMBER \\\n  --workspaces wks_wpdyety5tgkwd6 --permissions WRITE,APPROVE",
            InviteAsync, CompanyOption, Email, Name, RoleOption, Workspaces, Permissions),
        new Verb("list", "List a company's people.", "planable people list --company cmp_wpdyety5", ListAsync, CompanyOption),
        new Verb("role", "Change somebody's role. A company keeps an Owner.", "planable people role usr_… ADMINISTRATOR",
            call => ShowAsync(call, Membership(call).SetRoleAsync(call.Of(Subject).Place, call.Of(Subject).Own, call.Of(RoleArgument), call.Cancel)),
            Subject, RoleArgument),
        new Verb("permissions", "Grant and revoke what a Member or Client may do in a workspace.",
            "planable people permissions usr_… --workspace wks_wpdyety5tgkwd6 --grant WRITE,PUBLISH --revoke APPROVE", PermissionsAsync, Subject, Workspace, Grant, Revoke),
        new Verb("remove", "Remove somebody: they cannot sign in any more, and tokens that they made fail. A company keeps an Owner.", "planable people remove usr_…",
            call => ShowAsync(call, Membership(call).RemoveAsync(call.Of(Subject).Place, call.Of(Subject).Own, call.Cancel), "removed: "), Subject),
    };

    public static string? WhyNotEmail(string text) =>
        text.Length <= 254 && MailAddress.TryCreate(text, out var address) && address.Address == text ? null : "Is not an e-mail address.";

    static async Task<Outcome<Answer>> InviteAsync(Call call)
    {
        var (company, people) = (call.Of(CompanyOption).Place, call.Get<People>());
        var known = (await call.Get<CompanyStore>().UsersAsync(company, call.Cancel))
            .Find(user => string.Equals(user.Email, call.Of(Email), StringComparison.OrdinalIgnoreCase));
        if (known is null)
        {
            (known, var problem) = await AddAsync(call, company);
            if (problem is not null)
            {
                return problem.At("--company");
            }
        }
        else if (new Option[] { Name, RoleOption, Workspaces, Permissions }.FirstOrDefault(call.Has) is { } given)
        {
            return Problems.Forbidden($"{given.Name}: {known.Email} is {known.Id(company)} already; change that with people role or people permissions.");
        }
        if (await people.InviteAsync(company, known!.Key, call.Cancel) is not { } code)
        {
            return Problems.NotFound("user", "--email");
        }
        var link = $"{call.Get<AppSettings>().PublicBaseUrl?.ToString().TrimEnd('/') ?? LocalApp.DefaultUrl}{SettingsEndpoints.Root}/invitation?code={code}";
        var until = call.Get<TimeProvider>().GetUtcNow() + People.InvitationLasts;
        return Answer.Of(new(PersonShown.Of(company, known), link, until), CommandJson.Shown.PersonInvited,
            $"{link}\nSend it to {known.Name} <{known.Email}> and nobody else: whoever opens it becomes {known.Id(company)}. It is good once, for 7 days.");
    }

    static async Task<Outcome<User>> AddAsync(Call call, string company)
    {
        if (call.Of(Name) is not { } name || call.Of(RoleOption) is not { } role)
        {
            return Problems.Malformed($"{call.Of(Email)} is not there yet: give --name and --role to add them.");
        }
        var (workspaces, permissions) = (call.Of(Workspaces) ?? [], call.Of(Permissions) ?? []);
        if (workspaces.Length > 0 != permissions.Length > 0)
        {
            return Problems.Malformed("--workspaces and --permissions go together.");
        }
        if (role is Role.OWNER or Role.ADMINISTRATOR && workspaces.Length > 0)
        {
            return Problems.Malformed("--workspaces: Owners and Administrators may do everything everywhere.");
        }
        var (_, all) = await call.Get<CompanyStore>().ReadAsync(company, call.Cancel);
        if (workspaces.Any(one => !all.Exists(workspace => workspace.Key == one.Place)))
        {
            return Problems.NotFound("workspace", "--workspaces");
        }
        var time = call.Get<TimeProvider>();
        Permission[] granted = [.. permissions.Append(Permission.VIEW).Distinct().Order()];
        return await Membership(call).AddAsync(
            company, new(Ids.NewOwn(time), name, call.Of(Email)!, role, workspaces.ToDictionary(one => one.Place, _ => granted), null, time.GetUtcNow()), call.Cancel);
    }

    static async Task<Outcome<Answer>> ListAsync(Call call)
    {
        var company = call.Of(CompanyOption).Place;
        var store = call.Get<CompanyStore>();
        if ((await store.ReadAsync(company, call.Cancel)).Company is null)
        {
            return Problems.NotFound("company", "--company");
        }
        var all = (await store.UsersAsync(company, call.Cancel)).ConvertAll(user => PersonShown.Of(company, user));
        return Answer.Of(new Items<PersonShown>(all), CommandJson.Shown.ItemsPersonShown, Columns.Of(
            "Nobody.", ["ID", "NAME", "E-MAIL", "ROLE", "SIGNS IN", "MAY"],
            all.Select(one => new[] { one.Id, one.Name, one.Email, $"{one.Role}", one.HasAccount ? "yes" : "not yet", one.May })));
    }

    static async Task<Outcome<Answer>> PermissionsAsync(Call call)
    {
        var (user, workspace) = (call.Of(Subject), call.Of(Workspace));
        var (granted, revoked) = (call.Of(Grant) ?? [], call.Of(Revoke) ?? []);
        if (granted.Length + revoked.Length == 0 || granted.Intersect(revoked).Any())
        {
            return Problems.Malformed("Say what to --grant and what to --revoke, and not the same.");
        }
        if (workspace.Company != user.Place || await call.Get<CompanyStore>().FindWorkspaceAsync(workspace.Place, call.Cancel) is not { DeletedAt: null })
        {
            return Problems.NotFound("workspace", "--workspace");
        }
        return await ShowAsync(call, Membership(call).SetPermissionsAsync(user.Place, user.Own, workspace.Place, granted, revoked, call.Cancel));
    }

    static async Task<Outcome<Answer>> ShowAsync(Call call, Task<Outcome<User>> change, string before = "")
    {
        var (user, problem) = await change;
        if (problem is not null)
        {
            return problem.At("<user>");
        }
        var shown = PersonShown.Of(call.Of(Subject).Place, user!);
        return Answer.Of(shown, CommandJson.Shown.PersonShown, $"{before}{shown.Id} {shown.Name} <{shown.Email}>, {shown.Role}, may {shown.May}");
    }

    static Membership Membership(Call call) => call.Get<Membership>();
}

sealed record PersonAccess(string Id, Permission[] Permissions);

sealed record PersonShown(string Id, string Name, string Email, Role Role, PersonAccess[] Workspaces, bool HasAccount)
{
    internal string May => Role is Role.OWNER or Role.ADMINISTRATOR ? "do everything"
        : Workspaces.Length == 0 ? "do nothing yet" : string.Join("; ", Workspaces.Select(one => $"{string.Join(',', one.Permissions)} in {one.Id}"));

    public static PersonShown Of(string company, User user) => new(
        user.Id(company), user.Name, user.Email, user.Role,
        [.. user.Workspaces.Select(one => new PersonAccess(IdKind.Workspace.Format(one.Key), one.Value))], user.Account is not null);
}

sealed record PersonInvited(PersonShown User, string Link, DateTimeOffset ExpiresAt);
