using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Company.Tokens;
using Planable.Company.Workspaces;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Networks.Metrics;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>Version 0's form of an event: the kind of its handler, and its subject.</summary>
sealed record OldFollowUp(string Kind, string Subject)
{
    public static DomainEvent[] Events(IEnumerable<OldFollowUp> all) => [.. all.Select(one => one.Event()).Distinct()];

    DomainEvent Event() => Kind switch
    {
        "remove-workspace" => new(WorkspaceRemoval.Deleted, Subject),
        "token" => new(CompanyTokens.Changed, Subject),
        "detach-campaign" => new(CampaignDeletion.Deleted, Subject),
        "free-slots" => new(FreeSlots.SlotsTaken, Subject),
        "reorder" => new(PostReorder.Reordered, Subject),
        // A deleted post had two of these; now it has one event.
        "remove-comments" or "remove-metrics" => new(PostDeletion.Deleted, Subject),
        "import-media" => new(ImportDispatcher.Imported, Subject.Replace("~", "", StringComparison.Ordinal)),
        "delete-file" => new(MediaRemoval.Removed, Subject),
        "sync-metrics" => new(SyncRequests.Requested, Subject),
        // There are no other kinds, and nothing handles such an event.
        _ => new(Kind, Subject),
    };
}

/// <summary>Version 0's message for a write.</summary>
sealed record OldCommitJob(string Table, string Partition, string Record, DateTimeOffset Sent, OldFollowUp[] FollowUps)
{
    public OutboxMessage Message() => new(Table, Partition, Record, Sent, OldFollowUp.Events(FollowUps));
}

/// <summary>
/// Replaces commit records, rows <c>commit~</c>operation, by outbox records, and a sync's state, row <c>commit</c>, by <c>outbox</c>. Each
/// old row is deleted in the transaction that adds the new one.
/// </summary>
sealed class OldRecords(Tables tables)
{
    const string State = "commit", Prefix = "commit~", FollowUps = "followUps";

    /// <summary>Rows that are read before they are replaced.</summary>
    const int AtOnce = 200;

    TableClient[] All => [tables.Companies, tables.Content, tables.Metrics];

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var count = 0;
        foreach (var table in All)
        {
            await foreach (var some in table.RangeEverywhereAsync(State, null, cancel).Chunk(AtOnce).WithCancellation(cancel))
            {
                count += (await some.EachAsync(async (row, stop) => await ReplaceAsync(table, row, stop), cancel)).Length;
            }
        }
        return count;
    }

    /// <summary>A message for each record whose events are not handled.</summary>
    public async IAsyncEnumerable<OutboxMessage> OpenAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var table in All)
        {
            await foreach (var row in table.RangeEverywhereAsync(Outbox.Prefix, null, cancel))
            {
                if (row.GetBoolean("Open") is true)
                {
                    yield return new(table.Name, row.PartitionKey, row.RowKey[Outbox.Prefix.Length..], row.GetDateTimeOffset("At")!.Value,
                        row.Read(WorkStoredJson.Default.DomainEventArray, "events"));
                }
            }
        }
    }

    static async Task<bool> ReplaceAsync(TableClient table, TableEntity row, CancellationToken cancel)
    {
        var isRecord = row.RowKey.StartsWith(Prefix, StringComparison.Ordinal);
        var copy = new TableEntity(row.PartitionKey, string.Concat("outbox", row.RowKey.AsSpan(State.Length)));
        foreach (var (name, value) in row.Where(one => !IsOfTheRow(one.Key) && !one.Key.StartsWith(FollowUps, StringComparison.Ordinal)))
        {
            copy[name] = value;
        }
        if (isRecord)
        {
            copy.With(OldFollowUp.Events(row.Read(OldJson.Default.OldFollowUpArray, FollowUps)),
                WorkStoredJson.Default.DomainEventArray, "events");
        }
        try
        {
            await table.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.UpsertReplace, copy),
                    new(TableTransactionActionType.Delete, row, ETag.All),
                ], cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            // The transaction had succeeded: the SDK sent it again after a lost answer.
        }
        return true;
    }

    static bool IsOfTheRow(string name) => name is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OldFollowUp[]))]
[JsonSerializable(typeof(Platform.Hosting.Message<OldCommitJob>))]
sealed partial class OldJson : JsonSerializerContext;
