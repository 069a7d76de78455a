using System.Globalization;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Work;

/// <summary>
/// Work that is due at a certain time. The stored row that it names is the truth; an entry that turns out to be wrong is harmless.
/// </summary>
/// <param name="Hour">The partition of its row.</param>
/// <param name="Row">The key of its row.</param>
/// <param name="Added">When the entry was first added. The write that it is for may commit a little later.</param>
sealed record DueEntry(string Hour, string Row, DateTimeOffset Added)
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
        Hour + Row[..4], DueIndex.HourFormat + DueIndex.SecondFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>
/// Work that is due later. Table due, partition = hour (UTC), row = minute and second<c>~</c>kind<c>~</c>subject, with a final <c>~</c> if
/// the entry was moved. An entry is added before the write that it is for commits. The timer <c>ProcessDue</c> reads the entries.
/// </summary>
sealed class DueIndex(Tables tables, TimeProvider time)
{
    public const string HourFormat = "yyyyMMddHH", SecondFormat = "mmss", Moved = "~";

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
        return new(utc.ToString(HourFormat, CultureInfo.InvariantCulture),
            $"{utc.ToString(SecondFormat, CultureInfo.InvariantCulture)}~{kind}~{subject}", time.GetUtcNow());
    }

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
        foreach (var batch in InTransactions(entries.DistinctBy(one => (one.Hour, one.Row))))
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
    /// The entries that are due by the end of this minute, earliest first. Takes two queries, however many entries lie in the future and
    /// however many hours have passed.
    /// </summary>
    public async Task<List<DueEntry>> DueAsync(DateTimeOffset now, int most, CancellationToken cancel)
    {
        var hour = now.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);
        var until = now.UtcDateTime.ToString("mm", CultureInfo.InvariantCulture) + "~";
        var current = tables.Due.BetweenAsync(hour, "", until, most, KeysOnly, cancel).ToListAsync(cancel);
        var overdue = await tables.Due.PartitionsBeforeAsync(hour, most, KeysOnly, cancel).ToListAsync(cancel);
        return [.. overdue.Concat(await current).Take(most)
            .Select(row => new DueEntry(row.PartitionKey, row.RowKey, row.GetDateTimeOffset("Added")!.Value) { ETag = row.ETag })];
    }

    /// <summary>Whether the write that the entry was added for has committed or never will.</summary>
    public bool IsSettled(DueEntry entry) => time.GetUtcNow() - entry.Added > Settled;

    /// <summary>Removes entries, except those that were added again after they were read.</summary>
    public async Task RemoveAsync(IEnumerable<DueEntry> entries, CancellationToken cancel)
    {
        foreach (var batch in InTransactions(entries.DistinctBy(one => (one.Hour, one.Row))))
        {
            try
            {
                await (batch is [var single] ? tables.Due.DeleteEntityAsync(single.Hour, single.Row, ETagOf(single), cancel)
                    : (Task)tables.Due.SubmitTransactionAsync(batch.Select(
                        one => new TableTransactionAction(TableTransactionActionType.Delete,
                            new TableEntity(one.Hour, one.Row), ETagOf(one))), cancel));
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
        entries.GroupBy(one => one.Hour, StringComparer.Ordinal).SelectMany(hour => hour.Chunk(MostRows));

    static TableEntity Entity(DueEntry entry) => new(entry.Hour, entry.Row) { ["Added"] = entry.Added };
}
