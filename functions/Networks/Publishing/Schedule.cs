using System.Globalization;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Networks.Publishing;

/// <summary>When to look at which posts: those of one group, a post of its own being a group of one.</summary>
/// <param name="Hour">The partition of its row.</param>
/// <param name="Row">The key of its row.</param>
/// <param name="Laid">When it was laid first: what it was laid for may take a while to commit.</param>
sealed record Pointer(string Hour, string Row, DateTimeOffset Laid)
{
    [JsonIgnore]
    public ETag ETag { get; init; }

    /// <summary>The workspace's key, and what the own parts of the posts begin with.</summary>
    [JsonIgnore]
    public Id Group => new(Row[Schedule.TimeLength..][..IdKind.Group.PlaceLength], Row[(Schedule.TimeLength + IdKind.Group.PlaceLength)..][..IdKind.Group.OwnLength]);

    [JsonIgnore]
    public DateTimeOffset At => DateTimeOffset.ParseExact(
        Hour + Row[..4], Schedule.HourFormat + Schedule.SecondFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>
/// Pointers to posts that are to be looked at. Table schedule, partition = hour (UTC), row = minute and second<c>~</c>workspace and group; with a
/// <c>~</c> behind, where a timer laid it to look again. The post is the truth: a pointer is laid before what may schedule a post commits, and one that
/// turns out wrong is harmless. While a post is scheduled or being published there is a pointer to it at the moment it is due, or sooner, or a lease later.
/// </summary>
sealed class Schedule(Tables tables, TimeProvider time)
{
    public const string HourFormat = "yyyyMMddHH", SecondFormat = "mmss", Again = "~";

    /// <summary>Minute, second and what separates them from the group.</summary>
    public const int TimeLength = 5;

    /// <summary>A transaction's rows at the most.</summary>
    const int AtOnce = 100;

    /// <summary>After this long what a pointer was laid for has committed or never will: longer than a transaction may be submitted, and sent again.</summary>
    static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    static readonly string[] KeysOnly = ["PartitionKey", "RowKey", "Timestamp", "Laid"];

    /// <summary>Has the posts that a post's id belongs with looked at when a moment has come, or at once where it is past.</summary>
    public Task LayAsync(string workspace, string own, DateTimeOffset at, CancellationToken cancel) => LayAsync([New(workspace, own, at)], cancel);

    public async Task LayAsync(IEnumerable<Pointer> pointers, CancellationToken cancel)
    {
        foreach (var some in pointers.DistinctBy(one => (one.Hour, one.Row)).GroupBy(one => one.Hour, StringComparer.Ordinal).SelectMany(hour => hour.Chunk(AtOnce)))
        {
            await (some is [var single]
                ? tables.Schedule.UpsertEntityAsync(Entity(single), TableUpdateMode.Replace, cancel)
                : (Task)tables.Schedule.SubmitTransactionAsync(
                    some.Select(one => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Entity(one))), cancel));
        }
    }

    public Pointer New(string workspace, string own, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return new(utc.ToString(HourFormat, CultureInfo.InvariantCulture),
            $"{utc.ToString(SecondFormat, CultureInfo.InvariantCulture)}~{workspace}{own[..IdKind.Group.OwnLength]}", time.GetUtcNow());
    }

    /// <summary>The same posts, to be looked at later again, by which time nobody else is at them any more.</summary>
    public Pointer Later(Pointer pointer, DateTimeOffset at)
    {
        var later = New(pointer.Group.Place, pointer.Group.Own, at);
        return later with { Row = later.Row + Again, Laid = pointer.Laid };
    }

    /// <summary>What is to be looked at before this minute ends, earliest first: two queries, however many pointers lie in the future or hours have passed.</summary>
    public async Task<List<Pointer>> DueAsync(DateTimeOffset now, int most, CancellationToken cancel)
    {
        var hour = now.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);
        var until = now.UtcDateTime.ToString("mm", CultureInfo.InvariantCulture) + "~";
        var current = tables.Schedule.BetweenAsync(hour, "", until, most, KeysOnly, cancel).ToListAsync(cancel);
        var overdue = await tables.Schedule.PartitionsBeforeAsync(hour, most, KeysOnly, cancel).ToListAsync(cancel);
        return [.. overdue.Concat(await current).Take(most)
            .Select(row => new Pointer(row.PartitionKey, row.RowKey, row.GetDateTimeOffset("Laid")!.Value) { ETag = row.ETag })];
    }

    /// <summary>Whether a pointer to what turns out not to be scheduled may go: it has nothing to wait for.</summary>
    public bool IsSettled(Pointer pointer) => time.GetUtcNow() - pointer.Laid > Settled;

    /// <summary>Removes the pointers to what is scheduled in a workspace. Another that should be left is removed when it is met.</summary>
    public async Task ForgetAsync(string workspace, CancellationToken cancel)
    {
        await foreach (var some in tables.Content.RangeAsync(workspace, PostStore.Prefix, cancel: cancel).Select(row => row.Read(StoredJson.Default.Post))
            .Where(post => post is { ScheduledSet: true, ScheduledAt: not null }).Chunk(AtOnce).WithCancellation(cancel))
        {
            await RemoveAsync(some.Select(post => New(post.Workspace, post.Own, post.ScheduledAt!.Value)).DistinctBy(one => (one.Hour, one.Row)), cancel);
        }
    }

    /// <summary>Removes pointers, but for those that were laid again since they were read.</summary>
    public async Task RemoveAsync(IEnumerable<Pointer> pointers, CancellationToken cancel)
    {
        foreach (var some in pointers.GroupBy(one => one.Hour, StringComparer.Ordinal).SelectMany(hour => hour.Chunk(AtOnce)))
        {
            try
            {
                await (some is [var single] ? tables.Schedule.DeleteEntityAsync(single.Hour, single.Row, ETagOf(single), cancel)
                    : (Task)tables.Schedule.SubmitTransactionAsync(some.Select(
                        one => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(one.Hour, one.Row), ETagOf(one))), cancel));
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound or StatusCodes.Status412PreconditionFailed)
            {
                foreach (var one in some.Length > 1 ? some : [])
                {
                    await RemoveAsync([one], cancel);
                }
            }
        }

        static ETag ETagOf(Pointer pointer) => pointer.ETag == default ? ETag.All : pointer.ETag;
    }

    static TableEntity Entity(Pointer pointer) => new(pointer.Hour, pointer.Row) { ["Laid"] = pointer.Laid };
}
