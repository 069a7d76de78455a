using Azure.Data.Tables;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Company.Tokens;
using Planable.Content.Campaigns;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Doors.ContentSystems;
using Planable.Doors.OAuth;
using Planable.Doors.Webhooks;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Operate;

sealed record StorageCounts(
    int Companies, int Workspaces, int People, int Accounts, int Tokens, int AuditEntries, int Pages, int Posts, int Labels, int Campaigns,
    int OutboxRecords, int Secrets);

sealed record StorageReport(StorageCounts Counts, Finding[] Findings)
{
    public bool IsWell => Findings.All(one => one.Repaired);
}

/// <summary>The step that a check is at.</summary>
enum CheckStep
{
    Rows,
    Tokens,
    Workspaces,
    Secrets,
}

/// <summary>A check's progress.</summary>
/// <param name="Total">The total; null while it is unknown.</param>
sealed record CheckProgress(CheckStep Step, int Done, int? Total = null);

/// <summary>
/// Finds inconsistencies in the tables and the vault. It scans whole tables, so only an operator runs it. Items younger than the outbox's
/// GiveUpAfter are skipped, because a running app may still work on them. Before a repair the item is read again, or the write has an ETag.
/// </summary>
sealed class StorageCheck(
    Tables tables, SecretStore secrets, CompanyStore companies, CompanyTokens tokens, TokenStore tokenRows,
    AccountStore accounts, PageStore pages, PostCheck posts,
    WebhookStore webhooks, ConnectionStore connections,
    OutboxDispatcher dispatcher, OutboxSettings settings, TimeProvider time)
{
    static readonly string[] Keys = ["PartitionKey", "RowKey", "Timestamp", "Open", "At"];

    /// <summary>What the names of a company's secrets begin with; the company's key follows.</summary>
    static readonly string[] OfCompanies = [PageConnections.SecretPrefix, WebhookStore.SecretNames, ConnectionSecrets.Prefix];

    static readonly string[] Ours = [.. OfCompanies, CompanyTokens.SecretPrefix, DataProtectionKeys.Prefix, GrantKey.SecretPrefix];

    /// <summary>Events that wait until a replaced secret is no longer valid.</summary>
    static readonly string[] WaitADay = [WebhookSettlement.SecretMade, ContentConnections.SecretChanged];

    const int RowsBetweenReports = 500;

    /// <param name="company">The only company to check; null for all. With a company, the secrets of tokens are not checked, because their
    /// names do not contain the company.</param>
    /// <param name="progress">Called from several threads.</param>
    public async Task<StorageReport> RunAsync(string? company, bool repair, IProgress<CheckProgress> progress, CancellationToken cancel)
    {
        var rows = 0;
        var cutoff = time.GetUtcNow() - settings.GiveUpAfter;
        // Read items before what refers to them: a reference added in between is then seen, and items added later are not checked.
        var vault = company is null ? await secrets.ListAsync("", cancel).ToListAsync(cancel)
            : await OfCompanies.ToAsyncEnumerable().SelectMany(prefix => secrets.ListAsync(prefix + company, cancel)).ToListAsync(cancel);
        var content = await GroupAsync(Counted(tables.Content, Keys), company, cancel);
        var hashes = await Counted(tables.Tokens, null).Select(row => row.Read(TokenStoredJson.Default.Token))
            .Where(token => token.App is null && (company is null || token.Company == company)).ToListAsync(cancel);
        var known = await GroupAsync(Counted(tables.Companies, null), company, cancel);
        var workspaces = known.Values.SelectMany(rows => rows)
            .Where(CompanyStore.IsWorkspace)
            .Select(row => row.Read(CompanyStoredJson.Default.Workspace)).ToDictionary(workspace => workspace.Key);
        var activeWorkspaces = workspaces.Values.Where(workspace => workspace.DeletedAt is null)
            .Select(workspace => workspace.Key).ToArray();
        var connected = (await workspaces.Values.EachAsync(async (workspace, stop) =>
            (await pages.ListAsync(workspace.Key, stop)).Select(page => (workspace, page)), cancel)).SelectMany(all => all).ToArray();

        var told = (await known.Keys.Where(key => key.Length == IdKind.Company.PartitionLength).EachAsync(async (one, stop) =>
            (await webhooks.ListAsync(one, stop)).SelectMany(webhook => webhook.Secrets).Select(secret => secret.Name), cancel))
            .Concat(await workspaces.Keys.EachAsync(async (one, stop) =>
                (await connections.ListAsync(one, stop)).SelectMany(connection => connection.SecretNames), cancel))
            .SelectMany(all => all).ToArray();

        var checkedWorkspaces = 0;
        List<Finding> findings =
        [
            .. await TokensAsync(known, hashes, cutoff, repair, progress, cancel),
            .. await AccountsAsync(known, cutoff, repair, cancel),
            .. await ContentAsync(content, workspaces, cutoff, repair, cancel),
            .. await OutboxRecordsAsync(tables.Companies, known, cutoff, repair, cancel),
            .. await OutboxRecordsAsync(tables.Content, content.Where(one => workspaces.ContainsKey(one.Key)), cutoff, repair, cancel),
            .. (await activeWorkspaces.EachAsync(PostsAsync, cancel)).SelectMany(all => all),
            .. await SecretsAsync(vault, connected, told, known, cutoff, repair, progress, cancel),
        ];
        return new(Count(known, content, workspaces.Values, vault.Count), [.. findings]);

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
            progress.Report(new(CheckStep.Workspaces, Interlocked.Increment(ref checkedWorkspaces), activeWorkspaces.Length));
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

    static StorageCounts Count(
        Dictionary<string, List<TableEntity>> known, Dictionary<string, List<TableEntity>> content, IEnumerable<Workspace> workspaces,
        int secrets)
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
            content.Values.Sum(rows => rows.Count(PostStore.IsPost)), workspaces.Sum(workspace => workspace.Labels.Length),
            Rows(content, Campaign.Prefix),
            Rows(known, Outbox.Prefix) + Rows(content, Outbox.Prefix), secrets);
    }

    /// <summary>Finds tokens that a company lists but that have no row, and rows that no company lists.</summary>
    async Task<List<Finding>> TokensAsync(
        Dictionary<string, List<TableEntity>> known, List<Token> hashes, DateTimeOffset cutoff,
        bool repair, IProgress<CheckProgress> progress,
        CancellationToken cancel)
    {
        List<Finding> found = [];
        var listed = known.Values.SelectMany(rows => rows).Where(row => row.RowKey == CompanyTokens.ListRow)
            .SelectMany(row => row.Read(TokenStoredJson.Default.TokenArray));
        var all = listed.Concat(hashes).DistinctBy(token => token.Hash).Where(token => token.CreatedAt < cutoff).ToList();
        foreach (var (index, token) in all.Index())
        {
            progress.Report(new(CheckStep.Tokens, index + 1, all.Count));
            var row = await tokenRows.RowAsync(token.Hash, cancel);
            var isListed = Array.Exists(await tokens.ListAsync(token.Company, cancel), one => one.Hash == token.Hash);
            var wrong = (isListed, row?.GetBoolean("Active")) switch
            {
                (false, not null) => ("token-unlisted", "The token has a row, but its company does not list it."),
                (true, null) => ("token-without-row", "The company lists the token, but it has no row, so it does not work."),
                (true, false) => ("token-inactive", "The company lists the token, but it is not active."),
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

    /// <summary>Finds accounts that are bound to a user who no longer exists.</summary>
    async Task<List<Finding>> AccountsAsync(
        Dictionary<string, List<TableEntity>> known, DateTimeOffset cutoff, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        foreach (var row in known.GetValueOrDefault(AccountStore.Partition, []).Where(row => row.Timestamp < cutoff))
        {
            var (company, user) = row.Read(AccountStoredJson.Default.Binding);
            if (await tables.Companies.FindAsync(company, CompanyStore.UserPrefix + user, cancel) is null)
            {
                found.Add(new(
                    "account-without-user", IdKind.User.Format(company, user), "An account is bound to this user, who no longer exists.",
                    repair && await accounts.UnbindAsync(row, cancel)));
            }
        }
        return found;
    }

    /// <summary>Finds partitions of workspaces that do not exist.</summary>
    async Task<List<Finding>> ContentAsync(
        Dictionary<string, List<TableEntity>> content, Dictionary<string, Workspace> workspaces,
        DateTimeOffset cutoff, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        foreach (var (partition, rows) in content.Where(
            one => !workspaces.ContainsKey(one.Key) && one.Value.TrueForAll(row => row.Timestamp < cutoff)))
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
                $"{rows.Count} rows belong to a workspace that does not exist.", repair));
        }
        return found;
    }

    /// <summary>Finds outbox records whose events should be handled by now; a repair handles them.</summary>
    async Task<List<Finding>> OutboxRecordsAsync(
        TableClient table, IEnumerable<KeyValuePair<string, List<TableEntity>>> partitions,
        DateTimeOffset cutoff, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        foreach (var row in partitions.SelectMany(one => one.Value).Where(row =>
            row.RowKey.StartsWith(Outbox.Prefix, StringComparison.Ordinal)
            && row.GetBoolean("Open") is true && row.GetDateTimeOffset("At") < cutoff))
        {
            if (await table.FindAsync(row.PartitionKey, row.RowKey, cancel) is not { } record || record.GetBoolean("Open") is not true
                || (row.GetDateTimeOffset("At") > cutoff.AddDays(-1)
                    && record.Read(WorkStoredJson.Default.DomainEventArray, "events").All(one => WaitADay.Contains(one.Name))))
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
                new("outbox-open", row.RowKey[Outbox.Prefix.Length..], "The events of this write are still not handled.", repair));
        }
        return found;
    }

    /// <summary>Finds secrets of ours that nothing refers to, and pages whose credentials are missing from the vault.</summary>
    async Task<List<Finding>> SecretsAsync(
        List<SecretEntry> vault, (Workspace Workspace, Page Page)[] connected, string[] told,
        Dictionary<string, List<TableEntity>> known, DateTimeOffset cutoff, bool repair,
        IProgress<CheckProgress> progress, CancellationToken cancel)
    {
        progress.Report(new(CheckStep.Secrets, vault.Count, vault.Count));
        var names = connected.Select(one => one.Page.Secret).OfType<string>().Concat(told)
            .Concat(known.GetValueOrDefault(DataProtectionKeys.Partition, []).Select(row => row.RowKey))
            .Concat(known.GetValueOrDefault(GrantKey.Partition, []).Select(row => row.GetString(GrantKey.SecretColumn)).OfType<string>())
            .Concat(known.Values.SelectMany(rows => rows).Where(row => row.RowKey == CompanyTokens.ListRow)
                .SelectMany(row => row.Read(TokenStoredJson.Default.TokenArray)).Select(token => CompanyTokens.SecretPrefix + token.Hash))
            .ToHashSet(StringComparer.Ordinal);
        // If this storage refers to no secret in the vault, the vault belongs to another app or storage account: delete nothing.
        repair = repair && vault.Exists(secret => names.Contains(secret.Name));
        List<Finding> found = [];
        foreach (var secret in vault.Where(one =>
            Array.Exists(Ours, prefix => one.Name.StartsWith(prefix, StringComparison.Ordinal))
            && !names.Contains(one.Name) && one.CreatedAt < cutoff))
        {
            if (await secrets.GetAsync(secret.Name, cancel) is null)
            {
                continue;
            }
            if (repair)
            {
                await secrets.DeleteAsync(secret.Name, cancel);
            }
            found.Add(new("secret-unnamed", secret.Name, "The secret is in the vault, but nothing refers to it.", repair));
        }
        foreach (var (workspace, page) in connected.Where(one =>
            one.Workspace.DeletedAt is null && one.Page.Secret is { } name && !vault.Exists(secret => secret.Name == name)))
        {
            if ((await pages.ListAsync(workspace.Key, cancel)).Exists(one => one.Key == page.Key && one.Secret == page.Secret)
                && await secrets.GetAsync(page.Secret!, cancel) is null)
            {
                found.Add(new("page-without-secret", IdKind.Page.Format(workspace.Key, page.Key),
                    "The page's credentials are not in the vault. Connect the page again."));
            }
        }
        return found;
    }
}
