using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.People;

/// <summary>
/// Who is in a company, and what they may do there. Table companies, partition = company: rows <c>user~</c>key. Every change also writes
/// the company's row unchanged, so that two changes at once conflict. Rules about all users (there is an Owner, an e-mail address is used
/// once) therefore always hold.
/// </summary>
sealed class Membership(Tables tables, Outbox outbox, CompanyStore companies, CompanyDirectory directory, AccountStore accounts)
{
    public Task<Outcome<User>> AddAsync(string company, User user, CancellationToken cancel) => ChangeAsync(company, everybody =>
        everybody.Any(one => string.Equals(one.Email, user.Email, StringComparison.OrdinalIgnoreCase))
            ? Problems.Forbidden($"A user with the e-mail address {user.Email} is already in this company.") : user, cancel);

    public Task<Outcome<User>> SetRoleAsync(string company, string user, Role role, CancellationToken cancel) =>
        ChangeAsync(company, user, (known, everybody) =>
            role is not Role.OWNER && CheckLastOwner(known, everybody) is { } problem ? problem : known with { Role = role }, cancel);

    /// <summary>
    /// Grants and revokes permissions in one workspace. Granting any permission also grants VIEW; revoking VIEW revokes all.
    /// </summary>
    public Task<Outcome<User>> SetPermissionsAsync(
        string company, string user, string workspace, Permission[] granted, Permission[] revoked, CancellationToken cancel)
    {
        return ChangeAsync(company, user, Change, cancel);

        Outcome<User> Change(User known, List<User> everybody)
        {
            if (known.IsAdministrator)
            {
                return Problems.Forbidden("Owners and Administrators already have all permissions in all workspaces.");
            }
            var permissions = granted.Length == 0 ? known.PermissionsIn(workspace)
                : known.PermissionsIn(workspace).Concat(granted).Append(Permission.VIEW);
            var left = revoked.Contains(Permission.VIEW) ? [] : permissions.Except(revoked).Order().ToArray();
            var workspaces = known.Workspaces.Where(one => one.Key != workspace).ToDictionary();
            if (left.Length > 0)
            {
                workspaces[workspace] = left;
            }
            return known with { Workspaces = workspaces };
        }
    }

    /// <summary>
    /// Removes a user. From then on, neither the account that they signed in with nor the tokens that they created have access.
    /// </summary>
    public async Task<Outcome<User>> RemoveAsync(string company, string user, CancellationToken cancel)
    {
        var (removed, problem) = await ChangeAsync(company, user, TableTransactionActionType.Delete, CheckRemoval, cancel);
        if (problem is not null)
        {
            return problem;
        }
        if (removed!.Account is { } account)
        {
            await accounts.ForgetAsync(new(company, user), account, cancel);
        }
        return removed;

        static Outcome<User> CheckRemoval(User known, List<User> everybody) =>
            CheckLastOwner(known, everybody) is { } problem ? problem : known;
    }

    static Problem? CheckLastOwner(User known, List<User> everybody) =>
        known.Role is Role.OWNER && everybody.Count(one => one.Role is Role.OWNER) == 1
            ? Problems.Forbidden($"{known.Name} is the company's last Owner. Make somebody else an Owner first.") : null;

    Task<Outcome<User>> ChangeAsync(string company, Func<List<User>, Outcome<User>> change, CancellationToken cancel) =>
        ChangeAsync(company, null, TableTransactionActionType.Add, (_, everybody) => change(everybody), cancel);

    Task<Outcome<User>> ChangeAsync(string company, string user, Func<User, List<User>, Outcome<User>> change, CancellationToken cancel) =>
        ChangeAsync(company, user, TableTransactionActionType.UpdateReplace, change, cancel);

    /// <param name="user">The user to change; null to add one.</param>
    async Task<Outcome<User>> ChangeAsync(
        string company, string? user, TableTransactionActionType action,
        Func<User, List<User>, Outcome<User>> change, CancellationToken cancel)
    {
        var outcome = await outbox.CommitAsync(
            tables.Companies, company, OperationId.Once(), CompanyStoredJson.Default.User, PrepareAsync, cancel);
        directory.Forget(company);
        return outcome;

        async Task<Outcome<Commit<User>>> PrepareAsync()
        {
            // Read the company's row first: if its ETag still holds at the commit, the users read after it have not changed.
            if (await companies.ReadProfileAsync(company, cancel) is not { } known)
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
            var (changed, problem) = change(found < 0 ? null! : everybody[found], everybody);
            return problem is not null ? problem : new Commit<User>(
                changed!,
                [CompanyStore.Touch(company, known),
                    new(action, CompanyStore.Row(company, changed!), found < 0 ? default : users[found].ETag)]);
        }
    }
}

static class PeopleServices
{
    public static IServiceCollection AddPeople(this IServiceCollection services) =>
        services.AddSingleton<AccountStore>().AddSingleton<Membership>();
}
