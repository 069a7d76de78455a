using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Usage;
using Planable.Storage;
using Planable.Work;

namespace Planable.Operate;

/// <summary>
/// Daily, deletes outbox records older than 24 hours whose events are handled, and old days of usage. Reads one range per partition.
/// </summary>
sealed class OutboxSweep(Tables tables, TimeProvider time)
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public async Task RunAsync(CancellationToken cancel)
    {
        var oldest = time.GetUtcNow() - Kept;
        var lastExpired = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-UsageStore.Kept - 1);
        await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyStore.CompanyRow, ["PartitionKey", "RowKey"], cancel)
            .Where(row => !CompanyStore.IsDeletedCampaign(row)).WithCancellation(cancel))
        {
            if (row.RowKey == CompanyStore.CompanyRow)
            {
                await DeleteAsync(tables.Companies, HandledRecords(tables.Companies, row.PartitionKey), cancel);
                await DeleteAsync(tables.Companies, tables.Companies.RangeAsync(
                    row.PartitionKey, UsageStore.Prefix, UsageStore.Before(lastExpired),
                    select: ["PartitionKey", "RowKey"], cancel: cancel), cancel);
            }
            else
            {
                await DeleteAsync(
                    tables.Content, HandledRecords(tables.Content, row.RowKey[CompanyStore.WorkspacePrefix.Length..]), cancel);
            }
        }

        IAsyncEnumerable<TableEntity> HandledRecords(TableClient table, string partition) =>
            table.RangeAsync(partition, Outbox.Prefix, select: ["PartitionKey", "RowKey", "At", "Open"], cancel: cancel)
                .Where(record => record.GetDateTimeOffset("At") < oldest && record.GetBoolean("Open") is not true);
    }

    static async Task DeleteAsync(TableClient table, IAsyncEnumerable<TableEntity> rows, CancellationToken cancel)
    {
        await foreach (var batch in rows.Chunk(100).WithCancellation(cancel))
        {
            await table.DeleteAllAsync(batch, cancel);
        }
    }
}
