using System.Text.Json;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// Fetches what changed, since a call may be lost: each day, and when somebody asks. What it finds becomes deliveries, which are handled
/// like calls, so that an entry that a call brought before is not taken twice.
/// </summary>
sealed class FetchChanges(
    ConnectionStore connections, ContentDeliveryStore deliveries, ContentReader reader, DueIndex due,
    JobQueue<ContentDeliveryJob> jobs, TimeProvider time) : IDueHandler
{
    public const string Kind = "cms-fetch";

    /// <summary>The pages after which another job goes on, the jobs after which the next day does, and the most pages of a time.</summary>
    const int PagesOfJob = 20, MostJobs = 20, MostPages = 400;

    /// <summary>A list may be a little old, and its clock may be another.</summary>
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <summary>When a connection's changes are fetched next: each day at the time at which it was made.</summary>
    /// <remarks>So an entry of the due index that is added twice is one.</remarks>
    public DueEntry NextAfter(DateTimeOffset moment, ContentConnection connection)
    {
        var next = new DateTimeOffset(moment.UtcDateTime.Date, TimeSpan.Zero)
            + TimeSpan.FromSeconds((long)connection.CreatedAt.UtcDateTime.TimeOfDay.TotalSeconds);
        return due.New(Kind, connection.Workspace + connection.Key, next > moment ? next : next.AddDays(1));
    }

    /// <summary>Queues a job for each connection that is due, and enters the next day.</summary>
    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        var done = await entries.EachAsync<DueEntry, DueEntry?>(async (entry, stop) =>
        {
            var id = IdKind.ContentConnection.Split(entry.Subject);
            if (await connections.FindAsync(id, stop) is not { Api: not null } connection)
            {
                return due.IsSettled(entry) ? entry : null;
            }
            await jobs.SendAsync(new(id.Partition, id.Key, null), cancel: stop);
            var now = time.GetUtcNow();
            await due.AddAsync([NextAfter(entry.At > now ? entry.At : now, connection)], stop);
            return entry;
        }, cancel);
        await due.RemoveAsync(done.OfType<DueEntry>(), cancel);
    }

    public async Task RunAsync(ContentDeliveryJob job, bool isLastAttempt, CancellationToken cancel)
    {
        var id = new Id(job.Workspace, job.Connection);
        if (await connections.FindAsync(id, cancel) is not { Api: not null } connection)
        {
            return;
        }
        var (begun, since) = (time.GetUtcNow(), job.Since ?? connection.FetchedUntil ?? connection.CreatedAt);
        DateTimeOffset? rest = null;
        string? fault = null;
        try
        {
            rest = await FetchAsync(connection, since, cancel);
            if (rest is not null && job.Round < MostJobs)
            {
                await jobs.SendAsync(job with { Since = rest, Round = job.Round + 1 }, cancel: cancel);
                return;
            }
        }
        catch (FetchFailure e) when (!e.IsTransient || isLastAttempt)
        {
            fault = e.Message;
        }
        // What was published before the connection was made is fetched only if somebody asks for it.
        var until = begun - Overlap > connection.CreatedAt ? begun - Overlap : connection.CreatedAt;
        await connections.ChangeAsync(id, known => known with
        {
            FetchedUntil = fault is null ? rest ?? until : known.FetchedUntil,
            FetchedAt = time.GetUtcNow(),
            FetchFault = fault,
        }, cancel);
    }

    /// <returns>Since when the rest is to be fetched; null if there is none.</returns>
    async Task<DateTimeOffset?> FetchAsync(ContentConnection connection, DateTimeOffset since, CancellationToken cancel)
    {
        var source = ApiSources.Of(connection.Provider)!;
        DateTimeOffset? newest = null;
        for (var page = 1; page <= PagesOfJob || newest is null || source.Time(newest.Value) == source.Time(since); page++)
        {
            if (page > MostPages)
            {
                throw new FetchFailure("The content system's API lists more changes of one moment than can be fetched.");
            }
            var changed = await reader.ChangedAsync(connection, since, page, cancel);
            if (changed.Events.Length > 0)
            {
                await DeliverAsync(connection, changed.Events, cancel);
            }
            if (changed.Count < source.Size)
            {
                return null;
            }
            newest = changed.Newest?.AddSeconds(-1) ?? newest;
        }
        return newest;
    }

    async Task DeliverAsync(ContentConnection connection, EntryEvent[] events, CancellationToken cancel)
    {
        var delivery = new ContentDelivery(Ids.NewKey(time), time.GetUtcNow(), [], IsFetched: true);
        await deliveries.AddAsync(
            connection.Id, delivery, JsonSerializer.Serialize(events, ContentSystemStoredJson.Default.EntryEventArray), cancel);
        await jobs.SendAsync(new(connection.Workspace, connection.Key, delivery.Key), cancel: cancel);
    }
}
