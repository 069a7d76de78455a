using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// What became of an entry. created: it has drafts now. updated: its drafts were changed. archived: its drafts were archived. noted: a post
/// that somebody has worked on got an internal note instead. unchanged: nothing is new. ignored: nothing follows from it. refused: what
/// should have followed is not allowed, or not possible. failed: something went wrong here; replay it.
/// </summary>
[JsonConverter(typeof(EntryOutcomeConverter))]
public enum EntryOutcome
{
    created,
    updated,
    archived,
    noted,
    unchanged,
    ignored,
    refused,
    failed,
}

public sealed class EntryOutcomeConverter : NameConverter<EntryOutcome>;

/// <summary>What became of one entry of a delivery.</summary>
/// <param name="Entry">The entry's id in its content system; absent if the call names none.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why, if that needs saying.</param>
/// <param name="PostIds">Its posts.</param>
sealed record EntryResult(
    string? Entry, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] EntryOutcome Outcome, string? Reason, string[] PostIds);

/// <summary>A verified call of a content system, or changes that were fetched from its API, as stored.</summary>
/// <param name="Headers">The headers that events are read from.</param>
/// <param name="Results">What became of its entries; null until it is handled.</param>
/// <param name="IsFetched">Whether the changes were fetched. Then the body is a list of events.</param>
sealed record ContentDelivery(
    string Key, DateTimeOffset ReceivedAt, Dictionary<string, string> Headers, EntryResult[]? Results = null, bool IsFetched = false);

/// <summary>A job: to handle a delivery, or to fetch changes.</summary>
/// <param name="Delivery">The delivery; null to fetch changes.</param>
/// <param name="Since">Since when changes are fetched; null for the last success.</param>
/// <param name="Round">How many jobs have fetched the changes before.</param>
sealed record ContentDeliveryJob(
    string Workspace, string Connection, string? Delivery, DateTimeOffset? Since = null, int Round = 0);

/// <summary>
/// Deliveries. Table content, partition = workspace: rows <c>cms-delivery~</c>connection<c>~</c>key, newest first. The body is a document
/// of its own beside the delivery's, so that lists need not read it.
/// </summary>
sealed class ContentDeliveryStore(Tables tables)
{
    /// <summary>How many handled deliveries of a connection are kept.</summary>
    public const int Kept = 50;

    const string Body = "body", Handled = "Handled";

    static readonly string[] WithoutBody = ["PartitionKey", "RowKey", "Timestamp", "docSize", "doc0"];

    public static string PrefixOf(Id connection) => $"cms-delivery~{connection.Key}~";

    public Task AddAsync(Id connection, ContentDelivery delivery, string body, CancellationToken cancel)
    {
        var row = Row(connection, delivery).With(body, ContentSystemStoredJson.Default.String, Body);
        row[Handled] = false;
        return tables.Content.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
    }

    /// <summary>A delivery and its body; null if there is none.</summary>
    public async Task<(ContentDelivery Delivery, string Body)?> FindAsync(Id connection, string key, CancellationToken cancel) =>
        await tables.Content.FindAsync(connection.Partition, PrefixOf(connection) + key, cancel) is { } row
            ? (row.Read(ContentSystemStoredJson.Default.ContentDelivery), row.Read(ContentSystemStoredJson.Default.String, Body)) : null;

    /// <summary>The newest deliveries of a connection, without their bodies.</summary>
    public Task<List<ContentDelivery>> ListAsync(Id connection, int take, CancellationToken cancel) =>
        tables.Content.RangeAsync(connection.Partition, PrefixOf(connection), take: take, select: WithoutBody, cancel: cancel)
            .Select(row => row.Read(ContentSystemStoredJson.Default.ContentDelivery)).ToListAsync(cancel).AsTask();

    /// <summary>Stores what became of a delivery, unless it is gone, and deletes those that are not kept any more.</summary>
    public async Task FinishAsync(Id connection, ContentDelivery delivery, CancellationToken cancel)
    {
        var row = Row(connection, delivery);
        row[Handled] = true;
        try
        {
            await tables.Content.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            return;
        }
        var old = await tables.Content.RangeAsync(
            connection.Partition, PrefixOf(connection), select: ["PartitionKey", "RowKey", Handled], cancel: cancel)
            .Where(one => one.GetBoolean(Handled) is true).Skip(Kept).Take(100).ToListAsync(cancel);
        if (old.Count > 0)
        {
            await tables.Content.DeleteAllAsync(old, cancel);
        }
    }

    static TableEntity Row(Id connection, ContentDelivery delivery) =>
        new TableEntity(connection.Partition, PrefixOf(connection) + delivery.Key)
            .With(delivery, ContentSystemStoredJson.Default.ContentDelivery);
}
