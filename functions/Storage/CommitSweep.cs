using Azure.Data.Tables;
using Planable.Companies;
using Planable.Hosting;

namespace Planable.Storage;

/// <summary>The daily timer that forgets commit records older than 24 hours whose follow-ups are done: a range a partition.</summary>
sealed class CommitSweep(Tables tables, TimeProvider time) : ITimerFunction
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyStore.CompanyRow, ["PartitionKey", "RowKey"], cancel)
            .Where(row => !CompanyStore.IsDeletedCampaign(row)).WithCancellation(cancel))
        {
            await (row.RowKey == CompanyStore.CompanyRow
                ? SweepAsync(tables.Companies, row.PartitionKey, cancel)
                : SweepAsync(tables.Content, row.RowKey[CompanyStore.WorkspacePrefix.Length..], cancel));
        }
    }

    async Task SweepAsync(TableClient table, string partition, CancellationToken cancel)
    {
        var oldest = time.GetUtcNow() - Kept;
        await foreach (var batch in table.RangeAsync(partition, Commits.Prefix, select: ["PartitionKey", "RowKey", "At", "Open"], cancel: cancel)
            .Where(record => record.GetDateTimeOffset("At") < oldest && record.GetBoolean("Open") is not true).Chunk(100).WithCancellation(cancel))
        {
            await table.DeleteAllAsync(batch, cancel);
        }
    }
}
