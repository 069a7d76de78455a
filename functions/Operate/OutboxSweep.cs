using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Usage;
using Planable.Storage;
using Planable.Work;

namespace Planable.Operate;

/// <summary>
/// Daily, forgets commit records older than 24 hours whose follow-ups are done, and old days of use:
/// a range a partition.
/// </summary>
sealed class OutboxSweep(Tables tables, TimeProvider time)
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public async Task RunAsync(CancellationToken cancel)
    {
        var oldest = time.GetUtcNow() - Kept;
        var newestGone = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-UsageStore.Kept - 1);
        await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyStore.CompanyRow, ["PartitionKey", "RowKey"], cancel)
            .Where(row => !CompanyStore.IsDeletedCampaign(row)).WithCancellation(cancel))
        {
            if (row.RowKey == CompanyStore.CompanyRow)
            {
                await DeleteAsync(tables.Companies, DoneRecords(tables.Companies, row.PartitionKey), cancel);
                await DeleteAsync(tables.Companies, tables.Companies.RangeAsync(
                    row.PartitionKey, UsageStore.Prefix, UsageStore.Before(newestGone),
                    select: ["PartitionKey", "RowKey"], cancel: cancel), cancel);
            }
            else
            {
                await DeleteAsync(tables.Content, DoneRecords(tables.Content, row.RowKey[CompanyStore.WorkspacePrefix.Length..]), cancel);
            }
        }

        IAsyncEnumerable<TableEntity> DoneRecords(TableClient table, string partition) =>
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
