using System.Globalization;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Work;

/// <summary>
/// Something to look at when a moment has come. The row that it names is the truth;
/// an entry that turns out wrong is harmless.
/// </summary>
/// <param name="Hour">The partition of its row.</param>
/// <param name="Row">The key of its row.</param>
/// <param name="Added">When it was first added: what it was added for may take a while to commit.</param>
sealed record DueEntry(string Hour, string Row, DateTimeOffset Added)
{
    [JsonIgnore]
    public ETag ETag { get; init; }

    /// <summary>Who looks at it: the name of an <see cref="IDueHandler"/>.</summary>
    [JsonIgnore]
    public string Kind => Row.Split('~')[1];

    [JsonIgnore]
    public string Subject => Row.Split('~')[2];

    [JsonIgnore]
    public DateTimeOffset At => DateTimeOffset.ParseExact(
        Hour + Row[..4], DueIndex.HourFormat + DueIndex.SecondFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>
/// What must be looked at, and when. Table due, partition = hour (UTC), row = minute and second<c>~</c>kind<c>~</c>subject, with a <c>~</c>
/// behind where it was moved to be looked at again. An entry is added before the commit that it is for. The timer <c>ProcessDue</c> finds
/// it.
/// </summary>
sealed class DueIndex(Tables tables, TimeProvider time)
{
    public const string HourFormat = "yyyyMMddHH", SecondFormat = "mmss", Moved = "~";

    /// <summary>A transaction's rows at the most.</summary>
    const int MostRows = 100;

    /// <summary>
    /// After this long what an entry was added for has committed or never will: longer than a transaction may be submitted, and sent again.
    /// </summary>
    static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    static readonly string[] KeysOnly = ["PartitionKey", "RowKey", "Timestamp", "Added"];

    public DueEntry New(string kind, string subject, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return new(utc.ToString(HourFormat, CultureInfo.InvariantCulture),
            $"{utc.ToString(SecondFormat, CultureInfo.InvariantCulture)}~{kind}~{subject}", time.GetUtcNow());
    }

    /// <summary>The same entry at another moment.</summary>
    public DueEntry Later(DueEntry entry, DateTimeOffset at)
    {
        var later = New(entry.Kind, entry.Subject, at);
        return later with { Row = later.Row + Moved, Added = entry.Added };
    }

    /// <summary>Has a subject looked at when a moment has come, or at once where it is past.</summary>
    public Task AddAsync(string kind, string subject, DateTimeOffset at, CancellationToken cancel) =>
        AddAsync([New(kind, subject, at)], cancel);

    public async Task AddAsync(IEnumerable<DueEntry> entries, CancellationToken cancel)
    {
        foreach (var some in InTransactions(entries.DistinctBy(one => (one.Hour, one.Row))))
        {
            await (some is [var single]
                ? tables.Due.UpsertEntityAsync(Entity(single), TableUpdateMode.Replace, cancel)
                : (Task)tables.Due.SubmitTransactionAsync(
                    some.Select(one => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Entity(one))), cancel));
        }
    }

    /// <summary>Has it looked at later again. The new entry comes first, so that there is one at every instant.</summary>
    public async Task MoveAsync(DueEntry entry, DateTimeOffset at, CancellationToken cancel)
    {
        await AddAsync([Later(entry, at)], cancel);
        await RemoveAsync([entry], cancel);
    }

    /// <summary>
    /// What is to be looked at before this minute ends, earliest first: two queries, however many entries lie in the future and however
    /// many hours have passed.
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

    /// <summary>Whether what the entry was added for has committed, or never will.</summary>
    public bool IsSettled(DueEntry entry) => time.GetUtcNow() - entry.Added > Settled;

    /// <summary>Removes entries, except those that were added again since they were read.</summary>
    public async Task RemoveAsync(IEnumerable<DueEntry> entries, CancellationToken cancel)
    {
        foreach (var some in InTransactions(entries.DistinctBy(one => (one.Hour, one.Row))))
        {
            try
            {
                await (some is [var single] ? tables.Due.DeleteEntityAsync(single.Hour, single.Row, ETagOf(single), cancel)
                    : (Task)tables.Due.SubmitTransactionAsync(some.Select(
                        one => new TableTransactionAction(TableTransactionActionType.Delete,
                            new TableEntity(one.Hour, one.Row), ETagOf(one))), cancel));
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
            {
                foreach (var one in some.Length > 1 ? some : [])
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
