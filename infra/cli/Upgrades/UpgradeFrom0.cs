using Azure;
using Azure.Data.Tables;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Networks.Metrics;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>
/// The upgrade from version 0, which had three indexes of due work (tables schedule and imports, and the partition <c>underway</c> of
/// metrics), commit records instead of outbox records, and a queue follow-ups instead of outbox. Unused tables and queues are kept; unused
/// rows in other tables are deleted.
/// </summary>
sealed class UpgradeFrom0(Tables tables, TableServiceClient service, DueIndex due, OldRecords records, OldQueues queues) : IUpgrade
{
    /// <summary>Due entries that are added at a time.</summary>
    const int AtOnce = 1000;

    /// <summary>The length of minute, second and separator in a row key of table schedule.</summary>
    const int TimeLength = 5;

    const string Underway = "underway";

    public int From => 0;

    public async Task<IReadOnlyList<string>> RunAsync(Action<string?> show, CancellationToken cancel)
    {
        // The templates that create it may not be deployed yet.
        await tables.Due.CreateIfNotExistsAsync(cancel);
        show("Upgrading from version 0: due entries");
        var posts = await AddAsync(service.GetTableClient("schedule"), row => new(
            row.PartitionKey, $"{row.RowKey[..TimeLength]}{PostSchedule.Kind}~{row.RowKey[TimeLength..]}", At(row, "Laid")), cancel);
        var imports = await AddAsync(service.GetTableClient("imports"), row =>
            due.New(ImportDispatcher.Kind, row.PartitionKey + row.RowKey, At(row, "At")) with { Added = At(row, "At") }, cancel);
        var syncs = await AddSyncsAsync(cancel);
        show("Upgrading from version 0: commit records");
        var copied = await records.RunAsync(cancel);
        show("Upgrading from version 0: messages");
        var messages = await queues.RunAsync(records.OpenAsync(cancel), cancel);
        return
        [
            $"{posts} due entries of posts, {imports} of imports and {syncs} of syncs are in the table due.",
            $"{copied} commit records are outbox records now.",
            .. messages,
            "Nothing uses the tables schedule and imports and the queues follow-ups and follow-ups-poison any more.",
        ];
    }

    /// <summary>Copies the rows of an old index. The same rows give the same entries, so it may be repeated.</summary>
    async Task<int> AddAsync(TableClient old, Func<TableEntity, DueEntry> entry, CancellationToken cancel)
    {
        var count = 0;
        try
        {
            await foreach (var some in old.RangeEverywhereAsync("", null, cancel).Chunk(AtOnce).WithCancellation(cancel))
            {
                await due.AddAsync(some.Select(entry), cancel);
                count += some.Length;
            }
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            // There is no such table.
        }
        return count;
    }

    /// <summary>Copies the requested syncs, and deletes their old rows, because their table stays in use.</summary>
    async Task<int> AddSyncsAsync(CancellationToken cancel)
    {
        var count = 0;
        await foreach (var some in tables.Metrics.RangeAsync(Underway, "", cancel: cancel).Chunk(100).WithCancellation(cancel))
        {
            await due.AddAsync(some.Select(row => due.New(SyncRequests.Kind, row.GetString("Subject"), At(row, "At"))), cancel);
            await tables.Metrics.DeleteAllAsync(some, cancel);
            count += some.Length;
        }
        return count;
    }

    static DateTimeOffset At(TableEntity row, string property) => row.GetDateTimeOffset(property)!.Value;
}
