using System.Globalization;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Work;

/// <summary>
/// Work that is due at a certain time. The stored row that it names is the truth; an entry that turns out to be wrong is harmless.
/// </summary>
/// <param name="Partition">The partition of its row. Starts with the hour.</param>
/// <param name="Row">The key of its row.</param>
/// <param name="Added">When the entry was first added. The write that it is for may commit a little later.</param>
sealed record DueEntry([property: JsonPropertyName("hour")] string Partition, string Row, DateTimeOffset Added)
{
    [JsonIgnore]
    public ETag ETag { get; init; }

    /// <summary>The kind of work: the name of an <see cref="IDueHandler"/>.</summary>
    [JsonIgnore]
    public string Kind => Row.Split('~')[1];

    [JsonIgnore]
    public string Subject => Row.Split('~')[2];

    [JsonIgnore]
    public DateTimeOffset At => DateTimeOffset.ParseExact(
        Partition[..DueIndex.HourFormat.Length] + Row[..DueIndex.SecondFormat.Length], DueIndex.HourFormat + DueIndex.SecondFormat,
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>
/// Work that is due later. Table due, partition = hour (UTC)<c>-</c>shard, row = minute and second<c>~</c>kind<c>~</c>subject, with a final
/// <c>~</c> if the entry was moved. The subject determines the shard; the first shard's partition is the hour alone. An entry is added
/// before the write that it is for commits. The timer <c>ProcessDue</c> reads the entries.
/// </summary>
sealed class DueIndex(Tables tables, TimeProvider time)
{
    public const string HourFormat = "yyyyMMddHH", SecondFormat = "mmss", Moved = "~";

    /// <summary>
    /// The partitions of an hour. A partition serves 2,000 rows a second, and much is due on the full hour: docs/SCALE.md has the numbers.
    /// </summary>
    public const int Shards = 8;

    /// <summary>The most rows that a query returns, and so the most entries that are read of a partition.</summary>
    public const int MostOfPartition = 1_000;

    /// <summary>The most rows that a transaction can have.</summary>
    const int MostRows = 100;

    /// <summary>
    /// After this time, the write that an entry was added for has committed or never will. It is longer than a transaction may be submitted
    /// and resent.
    /// </summary>
    static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    static readonly string[] KeysOnly = ["PartitionKey", "RowKey", "Timestamp", "Added"];

    public DueEntry New(string kind, string subject, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return new(Partition(utc.ToString(HourFormat, CultureInfo.InvariantCulture), ShardOf(subject)),
            $"{utc.ToString(SecondFormat, CultureInfo.InvariantCulture)}~{kind}~{subject}", time.GetUtcNow());
    }

    public static int ShardOf(string subject) => subject.Sum(character => character) % Shards;

    /// <summary>The same entry at a later time.</summary>
    public DueEntry Later(DueEntry entry, DateTimeOffset at)
    {
        var later = New(entry.Kind, entry.Subject, at);
        return later with { Row = later.Row + Moved, Added = entry.Added };
    }

    /// <summary>Adds an entry for a time; if that has passed, the entry is due at once.</summary>
    public Task AddAsync(string kind, string subject, DateTimeOffset at, CancellationToken cancel) =>
        AddAsync([New(kind, subject, at)], cancel);

    public async Task AddAsync(IEnumerable<DueEntry> entries, CancellationToken cancel)
    {
        foreach (var batch in InTransactions(entries.DistinctBy(one => (one.Partition, one.Row))))
        {
            await (batch is [var single]
                ? tables.Due.UpsertEntityAsync(Entity(single), TableUpdateMode.Replace, cancel)
                : (Task)tables.Due.SubmitTransactionAsync(
                    batch.Select(one => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Entity(one))), cancel));
        }
    }

    /// <summary>Moves an entry to a later time. The new entry is written first, so that one always exists.</summary>
    public async Task MoveAsync(DueEntry entry, DateTimeOffset at, CancellationToken cancel)
    {
        await AddAsync([Later(entry, at)], cancel);
        await RemoveAsync([entry], cancel);
    }

    /// <summary>
    /// Entries that are due by the end of this minute, of each partition the earliest. Takes a query for each shard, and one for the hours
    /// that have passed, however many they are and however many entries lie in the future.
    /// </summary>
    public async Task<List<DueEntry>> DueAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var hour = now.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);
        var until = now.UtcDateTime.ToString("mm", CultureInfo.InvariantCulture) + "~";
        var rows = await Task.WhenAll(Enumerable.Range(0, Shards)
            .Select(shard => tables.Due.BetweenAsync(Partition(hour, shard), "", until, MostOfPartition, KeysOnly, cancel))
            .Prepend(tables.Due.PartitionsBeforeAsync(hour, MostOfPartition * Shards, KeysOnly, cancel))
            .Select(query => query.ToListAsync(cancel).AsTask()));
        return [.. rows.SelectMany(all => all).Select(row =>
            new DueEntry(row.PartitionKey, row.RowKey, row.GetDateTimeOffset("Added")!.Value) { ETag = row.ETag })];
    }

    /// <summary>Whether the write that the entry was added for has committed or never will.</summary>
    public bool IsSettled(DueEntry entry) => time.GetUtcNow() - entry.Added > Settled;

    /// <summary>Removes entries, except those that were added again after they were read.</summary>
    public async Task RemoveAsync(IEnumerable<DueEntry> entries, CancellationToken cancel)
    {
        foreach (var batch in InTransactions(entries.DistinctBy(one => (one.Partition, one.Row))))
        {
            try
            {
                await (batch is [var single] ? tables.Due.DeleteEntityAsync(single.Partition, single.Row, ETagOf(single), cancel)
                    : (Task)tables.Due.SubmitTransactionAsync(batch.Select(
                        one => new TableTransactionAction(TableTransactionActionType.Delete,
                            new TableEntity(one.Partition, one.Row), ETagOf(one))), cancel));
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
            {
                foreach (var one in batch.Length > 1 ? batch : [])
                {
                    await RemoveAsync([one], cancel);
                }
            }
        }
        static ETag ETagOf(DueEntry entry) => entry.ETag == default ? ETag.All : entry.ETag;
    }

    static IEnumerable<DueEntry[]> InTransactions(IEnumerable<DueEntry> entries) =>
        entries.GroupBy(one => one.Partition, StringComparer.Ordinal).SelectMany(partition => partition.Chunk(MostRows));

    /// <summary>The first shard's has no suffix: there, every entry of an hour was once.</summary>
    static string Partition(string hour, int shard) =>
        shard == 0 ? hour : string.Create(CultureInfo.InvariantCulture, $"{hour}-{shard}");

    static TableEntity Entity(DueEntry entry) => new(entry.Partition, entry.Row) { ["Added"] = entry.Added };
}
