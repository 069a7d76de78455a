using Azure.Data.Tables;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.People;

/// <summary>
/// Who is in a company, and what they may do there. Table companies, partition = company: rows <c>user~</c>key. Every change also writes
/// the company's row unchanged, so that two changes at once conflict. Rules about all users (there is an Owner, an e-mail address is used
/// once, who makes the change may do so) therefore always hold. The same transaction adds the change to the audit log.
/// </summary>
/// <remarks>A change is made by an Owner or Administrator, or by an operator, for whom the actor is null.</remarks>
sealed class Membership(
    Tables tables, Outbox outbox, CompanyStore companies, CompanyDirectory directory, AccountStore accounts, TimeProvider time)
{
    /// <summary>Adds a person who is not in the company yet, with an invitation.</summary>
    public async Task<Outcome<Invited>> AddAsync(string company, NewPerson wanted, Actor? by, CancellationToken cancel)
    {
        if (wanted.Check() is { Length: > 0 } faults)
        {
            return Problems.Invalid(faults);
        }
        if (await NamesAsync(company, wanted.Workspaces, cancel) is null)
        {
            return Problems.NotFound("workspace", "workspaces");
        }
        var user = wanted.ToUser(Ids.NewKey(time), time.GetUtcNow());
        var (invitation, code) = accounts.NewInvitation(company, user.Key);
        var (added, problem) = await ChangeAsync(company, null, TableTransactionActionType.Add, Add, Entry(
            AuditAction.PersonInvited, by, added => NameOf(added.Role)), by, cancel);
        return problem is not null ? problem : new Invited(added!, code);

        Outcome<User> Add(User? none, List<User> everybody) =>
            everybody.Exists(one => string.Equals(one.Email, user.Email, StringComparison.OrdinalIgnoreCase))
                ? Problems.Forbidden($"A user with the e-mail address {user.Email} is already in this company.")
                : user with { Invitation = invitation };
    }

    /// <summary>Invites a person who is in the company again. Earlier invitations of this person end.</summary>
    public async Task<Outcome<Invited>> InviteAsync(string company, string user, Actor? by, CancellationToken cancel)
    {
        var (invitation, code) = accounts.NewInvitation(company, user);
        var (invited, problem) = await ChangeAsync(
            company, user, (known, _) => known with { Invitation = invitation },
            Entry(AuditAction.PersonInvited, by, invited => NameOf(invited.Role)), by, cancel);
        return problem is not null ? problem : new Invited(invited!, code);
    }

    public Task<Outcome<User>> SetRoleAsync(string company, string user, Role role, Actor? by, CancellationToken cancel) => ChangeAsync(
        company, user, (known, everybody) => known.Role == role ? known
            : role is not Role.OWNER && CheckLastOwner(known, everybody) is { } problem ? problem
            : known with { Role = role },
        Entry(AuditAction.PersonRoleChanged, by, changed => NameOf(changed.Role)), by, cancel);

    /// <summary>Grants and revokes permissions in workspaces.</summary>
    public async Task<Outcome<User>> SetPermissionsAsync(
        string company, string user, PermissionChange[] changes, Actor? by, CancellationToken cancel)
    {
        if (await NamesAsync(company, changes.Select(one => one.Workspace), cancel) is not { } names)
        {
            return Problems.NotFound("workspace", "workspace");
        }
        return await ChangeAsync(
            company, user, Change, Entry(AuditAction.PersonPermissionsChanged, by, changed => string.Join("; ", changes.Select(one =>
                $"{names[one.Workspace]}: {string.Join(", ", changed.PermissionsIn(one.Workspace))}"))), by, cancel);

        Outcome<User> Change(User known, List<User> everybody)
        {
            if (known.IsAdministrator)
            {
                return Problems.Forbidden("Owners and Administrators already have all permissions in all workspaces.");
            }
            var workspaces = known.Workspaces.ToDictionary();
            foreach (var change in changes)
            {
                workspaces[change.Workspace] = change.Of(workspaces.GetValueOrDefault(change.Workspace) ?? []);
            }
            return changes.All(one => workspaces[one.Workspace].SequenceEqual(known.PermissionsIn(one.Workspace))) ? known
                : known with { Workspaces = workspaces.Where(one => one.Value.Length > 0).ToDictionary() };
        }
    }

    /// <summary>
    /// Removes a user. From then on, neither the account that they signed in with nor the tokens that they created have access.
    /// </summary>
    public async Task<Outcome<User>> RemoveAsync(string company, string user, Actor? by, CancellationToken cancel)
    {
        var (removed, problem) = await ChangeAsync(
            company, user, TableTransactionActionType.Delete, CheckRemoval,
            Entry(AuditAction.PersonRemoved, by, removed => NameOf(removed.Role)), by, cancel);
        if (problem is not null)
        {
            return problem;
        }
        if (removed!.Account is { } account)
        {
            await accounts.ForgetAsync(new(company, user), account, cancel);
        }
        return removed;

        static Outcome<User> CheckRemoval(User? known, List<User> everybody) =>
            CheckLastOwner(known!, everybody) is { } problem ? problem : known!;
    }

    /// <summary>A role as people read it.</summary>
    public static string NameOf(Role role) => role switch
    {
        Role.OWNER => "Owner",
        Role.ADMINISTRATOR => "Administrator",
        Role.MEMBER => "Member",
        _ => "Client",
    };

    static Problem? CheckLastOwner(User known, List<User> everybody) =>
        known.Role is Role.OWNER && everybody.Count(one => one.Role is Role.OWNER) == 1
            ? Problems.Forbidden($"{known.Name} is the company's last Owner. Make somebody else an Owner first.") : null;

    /// <summary>Why a person may not make a change; null if they may. Whoever invites a user could become that user.</summary>
    static Problem? CheckActor(Actor by, User? known, User changed, List<User> everybody) =>
        everybody.Find(one => one.Key == by.User) is not { IsAdministrator: true } actor
            ? Problems.Forbidden("Only Owners and Administrators may change who is in the company.")
        : actor.Role is not Role.OWNER && (known?.Role is Role.OWNER || changed.Role is Role.OWNER)
            ? Problems.Forbidden("Only an Owner may invite, change or remove an Owner.")
        : null;

    /// <summary>The names of a company's workspaces; null if it lacks one of <paramref name="wanted"/>.</summary>
    async Task<Dictionary<string, string>?> NamesAsync(string company, IEnumerable<string> wanted, CancellationToken cancel)
    {
        var (_, workspaces) = await companies.ReadAsync(company, cancel);
        var names = workspaces.Where(one => one.DeletedAt is null).ToDictionary(one => one.Key, one => one.Name);
        return wanted.All(names.ContainsKey) ? names : null;
    }

    /// <summary>Makes the audit log's entry from the user as changed.</summary>
    Func<string, User, AuditEntry> Entry(AuditAction action, Actor? by, Func<User, string> detail)
    {
        var (key, now) = (Ids.NewKey(time), time.GetUtcNow());
        return (company, user) => new(key, now, action, user.Id(company), user.Name, by?.User, by?.Address, detail(user));
    }

    Task<Outcome<User>> ChangeAsync(
        string company, string user, Func<User, List<User>, Outcome<User>> change, Func<string, User, AuditEntry> entry, Actor? by,
        CancellationToken cancel) =>
        ChangeAsync(
            company, user, TableTransactionActionType.UpdateReplace, (known, everybody) => change(known!, everybody), entry, by, cancel);

    /// <param name="user">The user to change; null to add one.</param>
    async Task<Outcome<User>> ChangeAsync(
        string company, string? user, TableTransactionActionType action,
        Func<User?, List<User>, Outcome<User>> change, Func<string, User, AuditEntry> entry, Actor? by, CancellationToken cancel)
    {
        var outcome = await outbox.CommitAsync(
            tables.Companies, company, OperationId.Once(), CompanyStoredJson.Default.User, PrepareAsync, cancel);
        directory.Forget(company);
        return outcome;

        async Task<Outcome<Commit<User>>> PrepareAsync()
        {
            // Read the company's row first: if its ETag still holds at the commit, the users read after it have not changed.
            if (await companies.ReadProfileAsync(company, cancel) is not { } profile)
            {
                return Problems.NotFound("company");
            }
            var users = await companies.ReadUsersAsync(company, cancel);
            var everybody = users.ConvertAll(one => one.Value);
            var found = everybody.FindIndex(one => one.Key == user);
            if (user is not null && found < 0)
            {
                return Problems.NotFound("user");
            }
            var known = found < 0 ? null : everybody[found];
            var (changed, problem) = change(known, everybody);
            if ((problem ?? (by is null ? null : CheckActor(by, known, changed!, everybody))) is { } refused)
            {
                return refused;
            }
            // Only a removal hands over the very user that was read.
            return ReferenceEquals(changed, known) && action is not TableTransactionActionType.Delete ? new Commit<User>(changed!, [])
                : new Commit<User>(
                    changed!,
                    [CompanyStore.Touch(company, profile),
                        new(action, CompanyStore.Row(company, changed!), found < 0 ? default : users[found].ETag),
                        AuditLog.Add(company, entry(company, changed!))]);
        }
    }
}

static class PeopleServices
{
    public static IServiceCollection AddPeople(this IServiceCollection services) =>
        services.AddSingleton<AccountStore>().AddSingleton<Membership>();
}
