using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.People;

/// <summary>
/// Who is in a company, and what they may do there. Table companies, partition = company: rows <c>user~</c>own. Every change writes the
/// company's row too, as it was, so what is decided by all people (there is an Owner, an address is one person's) stays true of two changes
/// at once.
/// </summary>
sealed class Membership(Tables tables, Outbox outbox, CompanyDirectory directory, AccountStore accounts)
{
    public Task<Outcome<User>> AddAsync(string company, User user, CancellationToken cancel) => ChangeAsync(company, everybody =>
        everybody.Any(one => string.Equals(one.Email, user.Email, StringComparison.OrdinalIgnoreCase))
            ? Problems.Forbidden($"{user.Email} is somebody's in this company already.") : user, cancel);

    public Task<Outcome<User>> SetRoleAsync(string company, string user, Role role, CancellationToken cancel) =>
        ChangeAsync(company, user, (known, everybody) =>
            role is not Role.OWNER && CheckLastOwner(known, everybody) is { } problem ? problem : known with { Role = role }, cancel);

    /// <summary>
    /// Grants and revokes permissions in one workspace. Whoever may do anything there may view it,
    /// and whoever may not may do nothing.
    /// </summary>
    public Task<Outcome<User>> SetPermissionsAsync(
        string company, string user, string workspace, Permission[] granted, Permission[] revoked, CancellationToken cancel)
    {
        return ChangeAsync(company, user, Change, cancel);

        Outcome<User> Change(User known, List<User> everybody)
        {
            if (known.IsAdministrator)
            {
                return Problems.Forbidden("Owners and Administrators may do everything everywhere.");
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

    /// <summary>Removes somebody: what they signed in with opens nothing from then on, and neither do tokens that they made.</summary>
    public async Task<Outcome<User>> RemoveAsync(string company, string user, CancellationToken cancel)
    {
        var (removed, problem) = await ChangeAsync(company, user, TableTransactionActionType.Delete, WhoLeaves, cancel);
        if (problem is not null)
        {
            return problem;
        }
        if (removed!.Account is { } account)
        {
            await accounts.ForgetAsync(new(company, user), account, cancel);
        }
        return removed;

        static Outcome<User> WhoLeaves(User known, List<User> everybody) =>
            CheckLastOwner(known, everybody) is { } problem ? problem : known;
    }

    static Problem? CheckLastOwner(User known, List<User> everybody) =>
        known.Role is Role.OWNER && everybody.Count(one => one.Role is Role.OWNER) == 1
            ? Problems.Forbidden($"{known.Name} is the company's last Owner. Make somebody else an Owner first.") : null;

    Task<Outcome<User>> ChangeAsync(string company, Func<List<User>, Outcome<User>> change, CancellationToken cancel) =>
        ChangeAsync(company, null, TableTransactionActionType.Add, (_, everybody) => change(everybody), cancel);

    Task<Outcome<User>> ChangeAsync(string company, string user, Func<User, List<User>, Outcome<User>> change, CancellationToken cancel) =>
        ChangeAsync(company, user, TableTransactionActionType.UpdateReplace, change, cancel);

    /// <param name="user">Whom it is about; null for somebody new.</param>
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
            // First: while its ETag is this, the people are those that are read after it.
            if (await tables.Companies.FindAsync(company, CompanyStore.CompanyRow, cancel) is not { } known)
            {
                return Problems.NotFound("company");
            }
            var users = await tables.Companies.RangeAsync(company, CompanyStore.UserPrefix, cancel: cancel).ToListAsync(cancel);
            var everybody = users.ConvertAll(one => one.Read(CompanyStoredJson.Default.User));
            var found = everybody.FindIndex(one => one.Key == user);
            if (user is not null && found < 0)
            {
                return Problems.NotFound("user");
            }
            var (changed, problem) = change(found < 0 ? null! : everybody[found], everybody);
            return problem is not null ? problem : new Commit<User>(
                changed!,
                [CompanyStore.Touch(known), new(action, CompanyStore.Row(company, changed!), found < 0 ? default : users[found].ETag)]);
        }
    }
}

static class PeopleServices
{
    public static IServiceCollection AddPeople(this IServiceCollection services) =>
        services.AddSingleton<AccountStore>().AddSingleton<Membership>();
}
