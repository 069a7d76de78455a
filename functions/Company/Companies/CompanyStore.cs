using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Companies;

/// <summary>
/// Companies and their people. Table companies, partition = company: row <c>company</c>; rows <c>company~</c>workspace (one range reads
/// them with the company's row, whose ETag guards their number); rows <c>company~</c>workspace<c>~</c>campaign for a deleted campaign whose
/// posts still name it; rows <c>user~</c>key.
/// </summary>
sealed class CompanyStore(Tables tables, StorageSchema schema)
{
    public const string CompanyRow = "company", WorkspacePrefix = "company~", UserPrefix = "user~";

    public async Task<CompanyView?> ViewAsync(string company, string user, CancellationToken cancel)
    {
        var userRow = tables.Companies.FindAsync(company, UserPrefix + user, cancel);
        var (found, workspaces) = await ReadAsync(company, cancel);
        return found is null ? null : new CompanyView(
            company, found.Value,
            // The view is cached. Nothing uses the labels and pages in it, which are read from storage.
            workspaces.Where(workspace => workspace.DeletedAt is null)
                .ToDictionary(workspace => workspace.Key, workspace => workspace with { Labels = [], Pages = [] }),
            (await userRow)?.Read(CompanyStoredJson.Default.User));
    }

    /// <summary>The company and its workspaces. Deleted workspaces are left out, unless their removal failed.</summary>
    public async Task<(Stored<CompanyProfile>? Company, List<Workspace> Workspaces)> ReadAsync(string company, CancellationToken cancel)
    {
        Stored<CompanyProfile>? found = null;
        List<Workspace> workspaces = [];
        await foreach (var row in tables.Companies.RangeAsync(company, CompanyRow, cancel: cancel))
        {
            if (row.RowKey == CompanyRow)
            {
                found = row.ReadStored(CompanyStoredJson.Default.CompanyProfile);
            }
            else if (IsDeletedCampaign(row))
            {
                if (workspaces is [.., var holder] && row.RowKey.StartsWith(WorkspacePrefix + holder.Key, StringComparison.Ordinal))
                {
                    workspaces[^1] = holder with { DeletedCampaigns = [.. holder.DeletedCampaigns, row.RowKey[^Ids.KeyLength..]] };
                }
            }
            else if (row.Read(CompanyStoredJson.Default.Workspace) is var workspace
                && (workspace.DeletedAt is null || workspace.RemovalFailed))
            {
                workspaces.Add(workspace);
            }
        }
        return (found, workspaces);
    }

    /// <summary>The company without its workspaces.</summary>
    public async Task<Stored<CompanyProfile>?> ReadProfileAsync(string company, CancellationToken cancel) =>
        (await tables.Companies.FindAsync(company, CompanyRow, cancel))?.ReadStored(CompanyStoredJson.Default.CompanyProfile);

    /// <summary>A workspace, deleted or not.</summary>
    public async Task<Stored<Workspace>?> ReadWorkspaceAsync(string workspace, CancellationToken cancel) =>
        (await tables.Companies.FindAsync(workspace[..8], WorkspacePrefix + workspace, cancel))
            ?.ReadStored(CompanyStoredJson.Default.Workspace);

    /// <summary>A workspace, deleted or not.</summary>
    public async Task<Workspace?> FindWorkspaceAsync(string workspace, CancellationToken cancel) =>
        (await ReadWorkspaceAsync(workspace, cancel))?.Value;

    /// <summary>Adds to the keys of a workspace's pages.</summary>
    public Task AddPagesAsync(string workspace, IEnumerable<string> keys, CancellationToken cancel) => tables.Companies.ChangeAsync(
        workspace[..8], WorkspacePrefix + workspace, CompanyStoredJson.Default.Workspace,
        known => known is null || !keys.Except(known.Pages).Any() ? null
            : known with { Pages = [.. known.Pages.Union(keys).Order(StringComparer.Ordinal)] }, cancel);

    public async Task<Stored<User>?> ReadUserAsync(string company, string user, CancellationToken cancel) =>
        (await tables.Companies.FindAsync(company, UserPrefix + user, cancel))?.ReadStored(CompanyStoredJson.Default.User);

    public ValueTask<List<Stored<User>>> ReadUsersAsync(string company, CancellationToken cancel) =>
        tables.Companies.RangeAsync(company, UserPrefix, cancel: cancel)
            .Select(row => row.ReadStored(CompanyStoredJson.Default.User)).ToListAsync(cancel);

    public async Task<List<User>> UsersAsync(string company, CancellationToken cancel) =>
        (await ReadUsersAsync(company, cancel)).ConvertAll(user => user.Value);

    /// <summary>Creates a company with its first people and workspaces: at most 99 of them, because it is one transaction.</summary>
    public async Task CreateAsync(
        string company, CompanyProfile document, IEnumerable<User> users, IEnumerable<Workspace> workspaces, CancellationToken cancel)
    {
        // The storage's version must be written before the first company.
        await schema.InitializeAsync(cancel);
        try
        {
            await tables.Companies.SubmitTransactionAsync(
                from row in (IEnumerable<TableEntity>)
                [
                    Row(company, document),
                    .. users.Select(user => Row(company, user)),
                    .. workspaces.Select(Row),
                ]
                select new TableTransactionAction(TableTransactionActionType.Add, row),
                cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict)
        {
            // The row is our own, because nobody else has this key: the SDK sent the request again after a lost answer.
        }
    }

    /// <summary>All companies. This scans the table: for operators only.</summary>
    public IAsyncEnumerable<(string Key, CompanyProfile Company)> AllAsync(CancellationToken cancel) =>
        tables.Companies.RangeEverywhereAsync(CompanyRow, null, cancel).Where(row => row.RowKey == CompanyRow)
            .Select(row => (row.PartitionKey, row.Read(CompanyStoredJson.Default.CompanyProfile)));

    /// <summary>All workspaces that are not deleted, each with its company. This scans the table.</summary>
    public async IAsyncEnumerable<(CompanyProfile Company, Workspace Workspace)> AllWorkspacesAsync(
        [EnumeratorCancellation] CancellationToken cancel)
    {
        CompanyProfile? company = null;
        // A company's row comes right before those of its workspaces.
        await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyRow, null, cancel))
        {
            if (row.RowKey == CompanyRow)
            {
                company = row.Read(CompanyStoredJson.Default.CompanyProfile);
            }
            else if (IsWorkspace(row) && row.Read(CompanyStoredJson.Default.Workspace) is { DeletedAt: null } workspace)
            {
                yield return (company!, workspace);
            }
        }
    }

    /// <summary>All people of all companies. This scans the table: for operators only.</summary>
    public IAsyncEnumerable<(string Company, User User)> AllUsersAsync(CancellationToken cancel) =>
        tables.Companies.RangeEverywhereAsync(UserPrefix, null, cancel)
            .Select(row => (row.PartitionKey, row.Read(CompanyStoredJson.Default.User)));

    /// <summary>Changes a company's document, however many others change it too. Returns null if there is no such company.</summary>
    public async Task<CompanyProfile?> ChangeAsync(string company, Func<CompanyProfile, CompanyProfile> change, CancellationToken cancel)
    {
        CompanyProfile? changed = null;
        await tables.Companies.ChangeAsync(
            company, CompanyRow, CompanyStoredJson.Default.CompanyProfile,
            known => changed = known is null ? null : change(known), cancel);
        return changed;
    }

    /// <summary>Changes a user, unless somebody else has since.</summary>
    /// <exception cref="RequestFailedException">412: the user has changed; 404: the user was removed.</exception>
    public Task UpdateAsync(string company, Stored<User> known, User changed, CancellationToken cancel) =>
        tables.Companies.UpdateEntityAsync(Row(company, changed), known.ETag, TableUpdateMode.Replace, cancel);

    /// <summary>Writes the company's row unchanged. Two writes that depend on the rows beside it then conflict by its ETag.</summary>
    public static TableTransactionAction Touch(string company, Stored<CompanyProfile> known) =>
        new(TableTransactionActionType.UpdateReplace, Row(company, known.Value), known.ETag);

    public static TableEntity Row(string company, User user) =>
        new TableEntity(company, UserPrefix + user.Key).With(user, CompanyStoredJson.Default.User);

    /// <summary>Marks a campaign as deleted for everybody who reads the company, while posts still name it.</summary>
    public Task ShowCampaignDeletedAsync(string workspace, string campaign, CancellationToken cancel) =>
        tables.Companies.UpsertEntityAsync(DeletedCampaign(workspace, campaign), TableUpdateMode.Replace, cancel);

    /// <summary>Removes the mark once no post names the campaign any more.</summary>
    public Task ForgetCampaignAsync(string workspace, string campaign, CancellationToken cancel) =>
        tables.Companies.DeleteEntityAsync(DeletedCampaign(workspace, campaign), ETag.All, cancel);

    public static bool IsWorkspace(TableEntity row) =>
        row.RowKey.StartsWith(WorkspacePrefix, StringComparison.Ordinal) && !IsDeletedCampaign(row);

    /// <summary>Whether a row marks a deleted campaign.</summary>
    public static bool IsDeletedCampaign(TableEntity row) => row.RowKey.Length > WorkspacePrefix.Length + IdKind.Workspace.PartitionLength;

    public static TableEntity Row(Workspace workspace) =>
        new TableEntity(workspace.Key[..8], WorkspacePrefix + workspace.Key).With(workspace, CompanyStoredJson.Default.Workspace);

    static TableEntity Row(string company, CompanyProfile profile) =>
        new TableEntity(company, CompanyRow).With(profile, CompanyStoredJson.Default.CompanyProfile);

    static TableEntity DeletedCampaign(string workspace, string campaign) =>
        new(workspace[..8], $"{WorkspacePrefix}{workspace}~{campaign}");
}

static class CompanyServices
{
    public static IServiceCollection AddCompanies(this IServiceCollection services) =>
        services.AddSingleton<CompanyStore>().AddSingleton<CompanyDirectory>();
}
