using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Company.SignIn;
using Planable.Doors.Mail;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>The pages Company settings → People.</summary>
static class PeopleEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/people";

    public static void MapPeople(this IEndpointRouteBuilder managers)
    {
        managers.MapGet("/people", SettingsEndpoints.Page<PeoplePages>((pages, http) => pages.ListAsync(http)));
        managers.MapPost("/people", SettingsEndpoints.Page<PeoplePages>((pages, http) => pages.AddAsync(http)));
        managers.MapGet("/people/{id}", SettingsEndpoints.Page<PeoplePages>((pages, http) => pages.ShowAsync(http)));
        managers.MapPost("/people/{id}/invite", SettingsEndpoints.Page<PeoplePages>((pages, http) => pages.InviteAsync(http)));
        managers.MapPost("/people/{id}/role", SettingsEndpoints.Page<PeoplePages>((pages, http) => pages.SetRoleAsync(http)));
        managers.MapPost(
            "/people/{id}/permissions", SettingsEndpoints.Page<PeoplePages>((pages, http) => pages.SetPermissionsAsync(http)));
        managers.MapPost("/people/{id}/remove", SettingsEndpoints.Page<PeoplePages>((pages, http) => pages.RemoveAsync(http)));
    }
}

sealed class PeoplePages(Membership membership, CompanyStore companies, InvitationMail mail)
{
    public Task<IResult> ListAsync(HttpContext http) =>
        ListAsync(http, new() { [nameof(PeoplePage.WasRemoved)] = http.Request.Query.ContainsKey("removed") });

    public async Task<IResult> AddAsync(HttpContext http)
    {
        var (person, cancel) = (Person.Of(http), http.RequestAborted);
        var form = PersonForm.Of(await http.Request.ReadFormAsync(cancel));
        var (wanted, problem) = form.Read();
        (var invited, problem) = problem is not null ? problem
            : await membership.AddAsync(person.Company, wanted!, person.From(http), cancel);
        return problem is null
            ? await ListAsync(http, new() { [nameof(PeoplePage.Invitation)] = await SendAsync(http, invited!) })
            : await ListAsync(http, new()
            {
                [nameof(PeoplePage.Form)] = form,
                [nameof(PeoplePage.Refusal)] = problem.Details is null ? problem.Message : null,
                [nameof(PeoplePage.Errors)] = ErrorsOf(problem),
            }, problem.Details is null ? problem.Status() : StatusCodes.Status400BadRequest);
    }

    public Task<IResult> ShowAsync(HttpContext http) =>
        ShowAsync(http, new() { [nameof(PersonPage.WasSaved)] = http.Request.Query.ContainsKey("saved") });

    public async Task<IResult> InviteAsync(HttpContext http)
    {
        var (found, problem) = Find(http);
        (var invited, problem) = problem is not null ? problem : await membership.InviteAsync(
            found.Partition, found.Key, Person.Of(http).From(http), http.RequestAborted);
        return problem is not null ? await RefuseAsync(http, problem)
            : await ShowAsync(http, new() { [nameof(PersonPage.Invitation)] = await SendAsync(http, invited!) });
    }

    public async Task<IResult> SetRoleAsync(HttpContext http)
    {
        var (found, problem) = Find(http);
        var role = PersonForm.RoleOf((await http.Request.ReadFormAsync(http.RequestAborted))["role"].ToString());
        problem ??= role is null ? Problems.Malformed("Choose one of the roles.") : null;
        return await AnswerAsync(http, problem ?? (await membership.SetRoleAsync(
            found.Partition, found.Key, role!.Value, Person.Of(http).From(http), http.RequestAborted)).Problem);
    }

    public async Task<IResult> SetPermissionsAsync(HttpContext http)
    {
        var (found, problem) = Find(http);
        var (changes, fault) = PersonForm.ChangesOf(await http.Request.ReadFormAsync(http.RequestAborted));
        problem ??= fault;
        return await AnswerAsync(http, problem ?? (await membership.SetPermissionsAsync(
            found.Partition, found.Key, changes!, Person.Of(http).From(http), http.RequestAborted)).Problem);
    }

    public async Task<IResult> RemoveAsync(HttpContext http)
    {
        var (found, problem) = Find(http);
        problem ??= (await membership.RemoveAsync(
            found.Partition, found.Key, Person.Of(http).From(http), http.RequestAborted)).Problem;
        return problem is null ? Results.LocalRedirect(PeopleEndpoints.Path + "?removed") : await RefuseAsync(http, problem);
    }

    /// <summary>
    /// Hands over a new invitation: by mail, and on the page, which shows its link once, because only its hash is stored. Every invitation
    /// made here passes here.
    /// </summary>
    async Task<ShownInvitation> SendAsync(HttpContext http, Invited invited)
    {
        var path = SignInEndpoints.InvitationPath(invited.Code);
        var isMailed = await mail.SendAsync(
            invited.User, Person.Of(http).View.Company.Name, path, invited.ExpiresAt, http.RequestAborted);
        return new(invited.User.Name, invited.User.Email, http.Origin() + path, invited.ExpiresAt, isMailed);
    }

    /// <summary>The id of the person that the path names. Another company's is not found.</summary>
    static Outcome<Id> Find(HttpContext http) =>
        IdKind.User.TryParse((string?)http.Request.RouteValues["id"], out var id) && id.Partition == Person.Of(http).Company
            ? id : Problems.NotFound("person");

    async Task<IResult> AnswerAsync(HttpContext http, Problem? problem) => problem is not null ? await RefuseAsync(http, problem)
        : Results.LocalRedirect($"{PeopleEndpoints.Path}/{http.Request.RouteValues["id"]}?saved");

    async Task<IResult> RefuseAsync(HttpContext http, Problem problem) => problem.Kind is ProblemKind.NotFound && problem.Details is null
        ? Problems.NotFound("person").ToResult()
        : await ShowAsync(http, new() { [nameof(PersonPage.Refusal)] = problem.Details?[0].Message ?? problem.Message }, problem.Status());

    static Dictionary<string, string> ErrorsOf(Problem problem) =>
        (problem.Details ?? []).DistinctBy(one => one.Field).ToDictionary(one => one.Field, one => one.Message, StringComparer.Ordinal);

    async Task<IResult> ListAsync(HttpContext http, Dictionary<string, object?> parameters, int status = 200)
    {
        var (company, cancel) = (Person.Of(http).Company, http.RequestAborted);
        var users = companies.UsersAsync(company, cancel);
        parameters[nameof(PeoplePage.Workspaces)] = await WorkspacesAsync(company, cancel);
        parameters[nameof(PeoplePage.People)] = (await users)
            .OrderBy(user => user.Role).ThenBy(user => user.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        parameters.TryAdd(nameof(PeoplePage.Form), PersonForm.New());
        return PageContext.Of(http).Page<PeoplePage>(parameters, status);
    }

    async Task<IResult> ShowAsync(HttpContext http, Dictionary<string, object?> parameters, int status = 200)
    {
        var (found, problem) = Find(http);
        if (problem is not null
            || await companies.ReadUserAsync(found.Partition, found.Key, http.RequestAborted) is not { Value: var user })
        {
            return Problems.NotFound("person").ToResult();
        }
        parameters[nameof(PersonPage.User)] = user;
        parameters[nameof(PersonPage.Id)] = user.Id(found.Partition);
        parameters[nameof(PersonPage.Workspaces)] = await WorkspacesAsync(found.Partition, http.RequestAborted);
        return PageContext.Of(http).Page<PersonPage>(parameters, status);
    }

    async Task<Workspace[]> WorkspacesAsync(string company, CancellationToken cancel)
    {
        var (_, all) = await companies.ReadAsync(company, cancel);
        return [.. all.Where(one => one.DeletedAt is null).OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase)];
    }
}

/// <summary>An invitation, to hand over.</summary>
/// <param name="IsMailed">Whether a mail with it is sent; null if no mail is sent here.</param>
public sealed record ShownInvitation(string Name, string Email, string Link, DateTimeOffset ExpiresAt, bool? IsMailed);

/// <summary>The form that adds a person, as it was filled in.</summary>
/// <param name="Workspaces">Ids of workspaces.</param>
/// <param name="Permissions">Names of permissions.</param>
public sealed record PersonForm(string Email, string Name, string Role, string[] Workspaces, string[] Permissions)
{
    public const int LongestName = NewPerson.LongestName, LongestEmail = NewPerson.LongestEmail;

    public static PersonForm New() => new("", "", nameof(Company.Companies.Role.MEMBER), [], []);

    public static PersonForm Of(IFormCollection form) => new(
        form["email"].ToString().Trim(), form["name"].ToString().Trim(), form["role"].ToString(),
        [.. form["workspaces"].OfType<string>().Distinct()], [.. form["permissions"].OfType<string>().Distinct()]);

    /// <summary>A permission as people read it.</summary>
    public static string NameOf(Permission permission) => permission switch
    {
        Permission.VIEW => "View",
        Permission.WRITE => "Write",
        Permission.APPROVE => "Approve",
        Permission.PUBLISH => "Publish",
        _ => "Manage",
    };

    public static string NameOf(Role role) => Membership.NameOf(role);

    internal static Role? RoleOf(string name) => Named<Role>(name);

    /// <summary>The person to add. What is not one of the form's choices is an error here, the rest in the use case.</summary>
    internal Outcome<NewPerson> Read()
    {
        var role = RoleOf(Role);
        var permissions = Permissions.Select(Named<Permission>).ToArray();
        var workspaces = Workspaces.Select(KeyOf).ToArray();
        (string Field, string? Fault)[] all =
        [
            ("role", role is null ? "Choose one of the roles." : null),
            ("workspaces", workspaces.Contains(null) ? "Choose among the listed workspaces." : null),
            ("permissions", permissions.Contains(null) ? "Choose among the listed permissions." : null),
        ];
        FieldError[] wrong = [.. all.Where(one => one.Fault is not null).Select(one => new FieldError(one.Field, one.Fault!))];
        return wrong is not [] ? Problems.Invalid(wrong)
            : new NewPerson(Email, Name, role!.Value, [.. workspaces.OfType<string>()], [.. permissions.OfType<Permission>()]);
    }

    /// <summary>
    /// The changes that a form of checkboxes makes: each <c>may</c> is a workspace's id, a colon and a permission, and <c>was</c> lists,
    /// separated by blanks, what was checked when the page was made. So what another person changed meanwhile stays.
    /// </summary>
    internal static Outcome<PermissionChange[]> ChangesOf(IFormCollection form)
    {
        var may = Pairs(form["may"].OfType<string>());
        var was = Pairs(form["was"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (may is null || was is null)
        {
            return Problems.Malformed("Choose among the listed permissions.");
        }
        // Every permission includes VIEW.
        var wanted = may.Concat(may.Select(one => (one.Workspace, Permission: Permission.VIEW))).ToHashSet();
        var (granted, revoked) = (wanted.Except(was).ToLookup(one => one.Workspace), was.Except(wanted).ToLookup(one => one.Workspace));
        return granted.Select(one => one.Key).Union(revoked.Select(one => one.Key)).Select(key => new PermissionChange(
            key, [.. granted[key].Select(one => one.Permission)], [.. revoked[key].Select(one => one.Permission)])).ToArray();
    }

    static (string Workspace, Permission Permission)[]? Pairs(IEnumerable<string> texts)
    {
        var read = texts.Select(text => text.Split(':') is [var id, var name] && KeyOf(id) is { } key && Named<Permission>(name) is { } may
            ? (key, may) : default((string Workspace, Permission Permission)?)).ToArray();
        return read.Contains(null) ? null : [.. read.Select(one => one!.Value)];
    }

    static string? KeyOf(string id) => IdKind.Workspace.TryParse(id, out var parsed) ? parsed.Partition : null;

    static T? Named<T>(string name) where T : struct, Enum =>
        Enum.GetValues<T>().Where(one => one.ToString() == name).Cast<T?>().FirstOrDefault();
}
