using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Usage;
using Planable.Content.Events;
using Planable.Doors.Webhooks;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Operate;

/// <summary>
/// Daily, deletes outbox records older than 24 hours whose events are handled, events and deliveries of more than 30 days ago, and
/// old days of usage; and counts the events of the last two days. Reads a few ranges per partition.
/// </summary>
sealed class OutboxSweep(Tables tables, WebhookStore webhooks, DeliveryStore deliveries, EventDays days, TimeProvider time)
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public async Task RunAsync(CancellationToken cancel)
    {
        var oldest = time.GetUtcNow() - Kept;
        var lastExpired = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-UsageStore.Kept - 1);
        await Parallel.ForEachAsync(
            tables.Companies.RangeEverywhereAsync(CompanyStore.CompanyRow, ["PartitionKey", "RowKey"], cancel)
                .Where(row => !CompanyStore.IsDeletedCampaign(row)),
            new ParallelOptions { MaxDegreeOfParallelism = Limits.Parallel, CancellationToken = cancel },
            async (row, stop) => await (row.RowKey == CompanyStore.CompanyRow ? SweepCompanyAsync(row.PartitionKey, stop)
                : SweepWorkspaceAsync(row.RowKey[CompanyStore.WorkspacePrefix.Length..], stop)));

        async Task SweepWorkspaceAsync(string workspace, CancellationToken stop)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            await days.CountAsync(workspace, today.AddDays(-2), stop);
            await days.CountAsync(workspace, today.AddDays(-1), stop);
            await DeleteAsync(tables.Content, HandledRecords(tables.Content, workspace, stop), stop);
            await DeleteAsync(tables.Content, tables.Content.BetweenAsync(
                workspace, EventLog.Prefix, EventLog.Prefix + EventLog.KeyAt(time.GetUtcNow() - EventLog.Kept),
                select: ["PartitionKey", "RowKey"], cancel: stop), stop);
        }

        async Task SweepCompanyAsync(string company, CancellationToken stop)
        {
            await DeleteAsync(tables.Companies, HandledRecords(tables.Companies, company, stop), stop);
            await DeleteAsync(tables.Companies, tables.Companies.RangeAsync(
                company, UsageStore.Prefix, UsageStore.Before(lastExpired), select: ["PartitionKey", "RowKey"], cancel: stop), stop);
            await DeleteAsync(tables.Companies, tables.Companies.RangeAsync(
                company, EventDays.Prefix, EventDays.Before(lastExpired), select: ["PartitionKey", "RowKey"], cancel: stop), stop);
            foreach (var webhook in await webhooks.ListAsync(company, stop))
            {
                await DeleteAsync(tables.Deliveries, HandledRecords(tables.Deliveries, webhook.Partition, stop), stop);
                await DeleteAsync(
                    tables.Deliveries, deliveries.BeforeAsync(webhook.Partition, time.GetUtcNow() - EventLog.Kept, stop), stop);
            }
        }

        IAsyncEnumerable<TableEntity> HandledRecords(TableClient table, string partition, CancellationToken stop) =>
            table.RangeAsync(partition, Outbox.Prefix, select: ["PartitionKey", "RowKey", "At", "Open"], cancel: stop)
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
