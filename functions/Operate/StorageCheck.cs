using Azure.Data.Tables;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.People;
using Planable.Company.Tokens;
using Planable.Content.Campaigns;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Operate;

sealed record StorageCounts(
    int Companies, int Workspaces, int People, int Accounts, int Tokens, int AuditEntries, int Pages, int Posts, int Labels, int Campaigns,
    int CommitRecords, int Secrets);

sealed record StorageReport(StorageCounts Counts, Finding[] Findings)
{
    public bool IsWell => Findings.All(one => one.Repaired);
}

/// <summary>What a check is at.</summary>
enum CheckStep
{
    Rows,
    Tokens,
    Workspaces,
    Secrets,
}

/// <summary>How far a check is.</summary>
/// <param name="Of">How many there are; null while that is not known.</param>
sealed record CheckProgress(CheckStep Step, int Done, int? Of = null);

/// <summary>
/// Looks through tables and vault for what does not fit together: scans, for an operator only. A running app may be at work on whatever is
/// younger than the time it gives up after, so that is left alone; what is repaired is looked at again first, or written against an ETag.
/// </summary>
sealed class StorageCheck(
    Tables tables, SecretStore secrets, CompanyStore companies, CompanyTokens tokens, TokenStore tokenRows,
    AccountStore accounts, PageStore pages, PostCheck posts,
    OutboxDispatcher dispatcher, OutboxSettings settings, TimeProvider time)
{
    static readonly string[] Keys = ["PartitionKey", "RowKey", "Timestamp", "Open", "At"];

    const int RowsBetweenReports = 500;

    /// <param name="company">The only one to look at, where given. The vault does not tell a company's tokens from another's, so they are
    /// left out then.</param>
    /// <param name="progress">Is told from several threads.</param>
    public async Task<StorageReport> RunAsync(string? company, bool repair, IProgress<CheckProgress> progress, CancellationToken cancel)
    {
        var rows = 0;
        var settled = time.GetUtcNow() - settings.GiveUpAfter;
        // What is named is read before what names it: a name that comes between is there, and what comes later is not looked at.
        var vault = await secrets.ListAsync(company is null ? "" : PageConnections.SecretPrefix + company, cancel).ToListAsync(cancel);
        var content = await GroupAsync(Counted(tables.Content, Keys), company, cancel);
        var hashes = await Counted(tables.Tokens, null).Select(row => row.Read(TokenStoredJson.Default.Token))
            .Where(token => company is null || token.Company == company).ToListAsync(cancel);
        var known = await GroupAsync(Counted(tables.Companies, null), company, cancel);
        var workspaces = known.Values.SelectMany(rows => rows)
            .Where(CompanyStore.IsWorkspace)
            .Select(row => row.Read(CompanyStoredJson.Default.Workspace)).ToDictionary(workspace => workspace.Key);
        var living = workspaces.Values.Where(workspace => workspace.DeletedAt is null).Select(workspace => workspace.Key).ToArray();
        var named = (await workspaces.Values.EachAsync(async (workspace, stop) =>
            (await pages.ListAsync(workspace.Key, stop)).Select(page => (workspace, page)), cancel)).SelectMany(all => all).ToArray();

        var checkedWorkspaces = 0;
        List<Finding> findings =
        [
            .. await TokensAsync(known, hashes, settled, repair, progress, cancel),
            .. await AccountsAsync(known, settled, repair, cancel),
            .. await ContentAsync(content, workspaces, settled, repair, cancel),
            .. await CommitsAsync(tables.Companies, known, settled, repair, cancel),
            .. await CommitsAsync(tables.Content, content.Where(one => workspaces.ContainsKey(one.Key)), settled, repair, cancel),
            .. (await living.EachAsync(PostsAsync, cancel)).SelectMany(all => all),
            .. await SecretsAsync(vault, named, known, settled, repair, progress, cancel),
        ];
        return new(Count(known, content, vault.Count), [.. findings]);

        IAsyncEnumerable<TableEntity> Counted(TableClient table, string[]? select) =>
            table.RangeEverywhereAsync("", select, cancel).Select(row =>
            {
                if (rows++ % RowsBetweenReports == 0)
                {
                    progress.Report(new(CheckStep.Rows, rows));
                }
                return row;
            });

        async Task<List<Finding>> PostsAsync(string workspace, CancellationToken stop)
        {
            var found = await posts.RunAsync(workspace, repair, stop);
            progress.Report(new(CheckStep.Workspaces, Interlocked.Increment(ref checkedWorkspaces), living.Length));
            return found;
        }
    }

    /// <summary>A table's rows by partition.</summary>
    static async Task<Dictionary<string, List<TableEntity>>> GroupAsync(
        IAsyncEnumerable<TableEntity> rows, string? company, CancellationToken cancel)
    {
        Dictionary<string, List<TableEntity>> all = new(StringComparer.Ordinal);
        await foreach (var row in rows.WithCancellation(cancel))
        {
            if (company is null || row.PartitionKey.StartsWith(company, StringComparison.Ordinal))
            {
                (all.TryGetValue(row.PartitionKey, out var known) ? known : all[row.PartitionKey] = []).Add(row);
            }
        }
        return all;
    }

    static StorageCounts Count(Dictionary<string, List<TableEntity>> known, Dictionary<string, List<TableEntity>> content, int secrets)
    {
        int Rows(Dictionary<string, List<TableEntity>> rows, string prefix) =>
            rows.Values.Sum(all => all.Count(row => row.RowKey.StartsWith(prefix, StringComparison.Ordinal)));
        var lists = known.Values.SelectMany(rows => rows).Where(row => row.RowKey == CompanyTokens.ListRow);
        return new(
            known.Values.Count(rows => rows.Exists(row => row.RowKey == CompanyStore.CompanyRow)),
            known.Values.Sum(rows => rows.Count(CompanyStore.IsWorkspace)),
            Rows(known, CompanyStore.UserPrefix), known.GetValueOrDefault(AccountStore.Partition)?.Count ?? 0,
            lists.Sum(row => row.Read(TokenStoredJson.Default.TokenArray).Length),
            Rows(known, AuditLog.Prefix), Rows(content, PageStore.Prefix),
            content.Values.Sum(rows => rows.Count(PostStore.IsPost)), Rows(content, LabelStore.Prefix), Rows(content, Campaign.Prefix),
            Rows(known, Outbox.Prefix) + Rows(content, Outbox.Prefix), secrets);
    }

    /// <summary>Tokens that are in a company's list and have no row, or the other way round.</summary>
    async Task<List<Finding>> TokensAsync(
        Dictionary<string, List<TableEntity>> known, List<Token> hashes, DateTimeOffset settled,
        bool repair, IProgress<CheckProgress> progress,
        CancellationToken cancel)
    {
        List<Finding> found = [];
        var listed = known.Values.SelectMany(rows => rows).Where(row => row.RowKey == CompanyTokens.ListRow)
            .SelectMany(row => row.Read(TokenStoredJson.Default.TokenArray));
        var all = listed.Concat(hashes).DistinctBy(token => token.Hash).Where(token => token.CreatedAt < settled).ToList();
        foreach (var (index, token) in all.Index())
        {
            progress.Report(new(CheckStep.Tokens, index + 1, all.Count));
            var row = await tokenRows.RowAsync(token.Hash, cancel);
            var isListed = Array.Exists(await tokens.ListAsync(token.Company, cancel), one => one.Hash == token.Hash);
            var wrong = (isListed, row?.GetBoolean("Active")) switch
            {
                (false, not null) => ("token-unlisted", "It has a row, and its company does not list it."),
                (true, null) => ("token-without-row", "Its company lists it, and it has no row: it opens nothing."),
                (true, false) => ("token-inactive", "Its company lists it, and it does not work yet."),
                _ => default,
            };
            if (wrong is (var kind, var message) && kind is not null)
            {
                found.Add(new(kind, token.PublicId, message,
                    repair && await tokens.SettleAsync(token.Company, token.Hash, cancel, isAbandoned: true)));
            }
        }
        return found;
    }

    /// <summary>Accounts that are bound to a user who is not there any more.</summary>
    async Task<List<Finding>> AccountsAsync(
        Dictionary<string, List<TableEntity>> known, DateTimeOffset settled, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        foreach (var row in known.GetValueOrDefault(AccountStore.Partition, []).Where(row => row.Timestamp < settled))
        {
            var (company, user) = row.Read(AccountStoredJson.Default.Binding);
            if (await tables.Companies.FindAsync(company, CompanyStore.UserPrefix + user, cancel) is null)
            {
                found.Add(new("account-without-user", IdKind.User.Format(company, user), "An account is bound to this user, who is gone.",
                    repair && await accounts.UnbindAsync(row, cancel)));
            }
        }
        return found;
    }

    /// <summary>Partitions of workspaces that there are not.</summary>
    async Task<List<Finding>> ContentAsync(
        Dictionary<string, List<TableEntity>> content, Dictionary<string, Workspace> workspaces,
        DateTimeOffset settled, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        foreach (var (partition, rows) in content.Where(
            one => !workspaces.ContainsKey(one.Key) && one.Value.TrueForAll(row => row.Timestamp < settled)))
        {
            if (await companies.FindWorkspaceAsync(partition, cancel) is not null)
            {
                continue;
            }
            if (repair)
            {
                await tables.Content.DeleteAllAsync(partition, "", cancel);
            }
            found.Add(new("content-without-workspace", IdKind.Workspace.Format(partition),
                $"{rows.Count} rows are of a workspace that is not there.", repair));
        }
        return found;
    }

    /// <summary>Writes whose follow-ups should be done by now: they are done again.</summary>
    async Task<List<Finding>> CommitsAsync(
        TableClient table, IEnumerable<KeyValuePair<string, List<TableEntity>>> partitions,
        DateTimeOffset settled, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        foreach (var row in partitions.SelectMany(one => one.Value).Where(row =>
            row.RowKey.StartsWith(Outbox.Prefix, StringComparison.Ordinal)
            && row.GetBoolean("Open") is true && row.GetDateTimeOffset("At") < settled))
        {
            if (await table.FindAsync(row.PartitionKey, row.RowKey, cancel) is not { } record || record.GetBoolean("Open") is not true)
            {
                continue;
            }
            if (repair)
            {
                var job = new OutboxMessage(
                    table.Name, row.PartitionKey, row.RowKey[Outbox.Prefix.Length..], row.GetDateTimeOffset("At")!.Value,
                    record.Read(WorkStoredJson.Default.DomainEventArray, "events"));
                await dispatcher.RunAsync(job, isLastAttempt: false, cancel);
            }
            found.Add(
                new("commit-open", row.RowKey[Outbox.Prefix.Length..], "What follows this write is not done, long after it.", repair));
        }
        return found;
    }

    /// <summary>Secrets of ours that nobody names, and credentials that a page names and the vault does not have.</summary>
    async Task<List<Finding>> SecretsAsync(
        List<SecretEntry> vault, (Workspace Workspace, Page Page)[] connected,
        Dictionary<string, List<TableEntity>> known, DateTimeOffset settled, bool repair,
        IProgress<CheckProgress> progress, CancellationToken cancel)
    {
        progress.Report(new(CheckStep.Secrets, vault.Count, vault.Count));
        var names = connected.Select(one => one.Page.Secret).OfType<string>()
            .Concat(known.GetValueOrDefault(DataProtectionKeys.Partition, []).Select(row => row.RowKey))
            .Concat(known.Values.SelectMany(rows => rows).Where(row => row.RowKey == CompanyTokens.ListRow)
                .SelectMany(row => row.Read(TokenStoredJson.Default.TokenArray)).Select(token => CompanyTokens.SecretPrefix + token.Hash))
            .ToHashSet(StringComparer.Ordinal);
        // A vault of which we know nothing is another app's, or the storage is not the one that goes with it.
        repair = repair && vault.Exists(secret => names.Contains(secret.Name));
        List<Finding> found = [];
        foreach (var secret in vault.Where(one => IsOurs(one.Name) && !names.Contains(one.Name) && one.CreatedAt < settled))
        {
            if (await secrets.GetAsync(secret.Name, cancel) is null)
            {
                continue;
            }
            if (repair)
            {
                await secrets.DeleteAsync(secret.Name, cancel);
            }
            found.Add(new("secret-unnamed", secret.Name, "The vault keeps it, and nothing names it.", repair));
        }
        foreach (var (workspace, page) in connected.Where(one =>
            one.Workspace.DeletedAt is null && one.Page.Secret is { } name && !vault.Exists(secret => secret.Name == name)))
        {
            if ((await pages.ListAsync(workspace.Key, cancel)).Exists(one => one.Key == page.Key && one.Secret == page.Secret)
                && await secrets.GetAsync(page.Secret!, cancel) is null)
            {
                found.Add(new("page-without-secret", IdKind.Page.Format(workspace.Key, page.Key),
                    "The vault does not have its credentials: connect it again."));
            }
        }
        return found;

        static bool IsOurs(string name) => name.StartsWith(PageConnections.SecretPrefix, StringComparison.Ordinal)
            || name.StartsWith(CompanyTokens.SecretPrefix, StringComparison.Ordinal)
            || name.StartsWith(DataProtectionKeys.Prefix, StringComparison.Ordinal);
    }
}
