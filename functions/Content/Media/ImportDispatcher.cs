using System.Numerics;
using System.Text.Json.Serialization;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>A job for one media item, or for a whole import, whose key is the shared prefix of its items' keys.</summary>
sealed record MediaJob(string Workspace, [property: JsonPropertyName("own")] string Key);

/// <summary>
/// Sends the jobs of imports. An import has a due entry, added before its call is answered, until all its media are settled. The due entry
/// resumes it after a lost worker or message.
/// </summary>
sealed class ImportDispatcher(
    DueIndex due, JobQueue<MediaJob> jobs, MediaStore media, MediaRemoval removal, MediaSettings settings, OutboxSettings outbox,
    TimeProvider time)
    : IEventHandler, IDueHandler
{
    public const string Imported = "media-imported", Kind = "import";

    /// <summary>Length of the workspace's key, with which a due entry's subject starts.</summary>
    static readonly int WorkspaceLength = IdKind.Workspace.PartitionLength;

    public Task AddDueAsync(string workspace, string import, CancellationToken cancel) =>
        due.AddAsync(Kind, workspace + import, time.GetUtcNow() + settings.Lease, cancel);

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        await BeginAsync(happened.Subject[..WorkspaceLength], happened.Subject[WorkspaceLength..], cancel);
        return null;
    }

    /// <summary>Removes the rows that were written ahead of a transaction that never committed.</summary>
    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel)
    {
        var workspace = planned.Subject[..WorkspaceLength];
        foreach (var item in await media.ImportAsync(workspace, planned.Subject[WorkspaceLength..], cancel))
        {
            await removal.RemoveAsync(workspace, item.Key, cancel);
        }
        return null;
    }

    /// <summary>Sends a job for each of an import's media, unless one has begun.</summary>
    public async Task BeginAsync(string workspace, string import, CancellationToken cancel)
    {
        var items = await media.ImportAsync(workspace, import, cancel);
        if (items.TrueForAll(item => item.IsSettled))
        {
            return;
        }
        // The first attempt to add it may have failed.
        await AddDueAsync(workspace, import, cancel);
        if (!items.Exists(item => item.Attempts > 0))
        {
            await SendAsync(items.Where(item => item.Status is MediaStatus.processing), cancel);
        }
    }

    /// <summary>Sends jobs again for media that no worker handles any more. Removes the due entries of settled imports.</summary>
    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        foreach (var same in entries.GroupBy(entry => entry.Subject, StringComparer.Ordinal))
        {
            var (entry, now) = (same.MaxBy(one => one.Added)!, time.GetUtcNow());
            var items = await media.ImportAsync(same.Key[..WorkspaceLength], same.Key[WorkspaceLength..], cancel);
            // While there are no media, the transaction may still commit.
            var isOver = items.TrueForAll(item => item.IsSettled) && (items.Count > 0 || entry.Added < now - outbox.GiveUpAfter);
            if (!isOver)
            {
                await due.AddAsync([due.Later(entry, now + settings.Lease)], cancel);
                await SendAsync(items.Where(item => IsAbandoned(item, now)), cancel);
            }
            await due.RemoveAsync(same, cancel);
        }
    }

    Task SendAsync(IEnumerable<MediaItem> items, CancellationToken cancel) =>
        Task.WhenAll(items.Select(item => jobs.SendAsync(new(item.Workspace, item.Key), cancel: cancel)));

    /// <summary>
    /// Whether its worker has died or its message seems lost. The queue's length is unknown, so a job for a waiting item is sent again only
    /// after 1, 2, 4 minutes and so on.
    /// </summary>
    static bool IsAbandoned(MediaItem item, DateTimeOffset now) => !item.IsSettled && item.Due < now
        && (item.IsLeased || item.Status is MediaStatus.uploading
            || BitOperations.IsPow2((int)Math.Min((now - item.Due).TotalMinutes, int.MaxValue)));
}
