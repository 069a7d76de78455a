using System.Text.Json.Serialization;
using System.Numerics;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>What a job names: a piece of media, or, by what their keys share, all of an import.</summary>
sealed record MediaJob(string Workspace, [property: JsonPropertyName("own")] string Key);

/// <summary>
/// Sends the jobs of imports. While one of an import's media is not settled there is a due entry for the import, added before its call is
/// answered; so it goes on where a worker or a message was lost.
/// </summary>
sealed class ImportDispatcher(
    DueIndex due, JobQueue<MediaJob> jobs, MediaStore media, MediaRemoval removal, MediaSettings settings, OutboxSettings outbox,
    TimeProvider time)
    : IEventHandler, IDueHandler
{
    public const string Imported = "media-imported", Kind = "import";

    /// <summary>Of what a due entry names: the workspace's key, which comes first.</summary>
    static readonly int WorkspaceLength = IdKind.Workspace.PartitionLength;

    public Task AddDueAsync(string workspace, string import, CancellationToken cancel) =>
        due.AddAsync(Kind, workspace + import, time.GetUtcNow() + settings.Lease, cancel);

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        await BeginAsync(happened.Subject[..WorkspaceLength], happened.Subject[WorkspaceLength..], cancel);
        return null;
    }

    /// <summary>Takes back what was written before a write that never committed.</summary>
    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel)
    {
        var workspace = planned.Subject[..WorkspaceLength];
        foreach (var item in await media.ImportAsync(workspace, planned.Subject[WorkspaceLength..], cancel))
        {
            await removal.RemoveAsync(workspace, item.Key, cancel);
        }
        return null;
    }

    /// <summary>Sends a job for each of an import's media, unless it has begun.</summary>
    public async Task BeginAsync(string workspace, string import, CancellationToken cancel)
    {
        var items = await media.ImportAsync(workspace, import, cancel);
        if (items.TrueForAll(item => item.IsSettled))
        {
            return;
        }
        // Storage may have failed when this was done before.
        await AddDueAsync(workspace, import, cancel);
        if (!items.Exists(item => item.Attempts > 0))
        {
            await SendAsync(items.Where(item => item.Status is MediaStatus.processing), cancel);
        }
    }

    /// <summary>Sends again for media that nobody works on any more. An import whose media are settled is looked at no more.</summary>
    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        foreach (var same in entries.GroupBy(entry => entry.Subject, StringComparer.Ordinal))
        {
            var (entry, now) = (same.MaxBy(one => one.Added)!, time.GetUtcNow());
            var items = await media.ImportAsync(same.Key[..WorkspaceLength], same.Key[WorkspaceLength..], cancel);
            // Without any, the write may still commit.
            var isOver = items.TrueForAll(item => item.IsSettled) && (items.Count > 0 || entry.Added < now - outbox.GiveUpAfter);
            if (!isOver)
            {
                await due.AddAsync([due.Later(entry, now + settings.Lease)], cancel);
                await SendAsync(items.Where(item => IsLeft(item, now)), cancel);
            }
            await due.RemoveAsync(same, cancel);
        }
    }

    Task SendAsync(IEnumerable<MediaItem> items, CancellationToken cancel) =>
        Task.WhenAll(items.Select(item => jobs.SendAsync(new(item.Workspace, item.Key), cancel: cancel)));

    /// <summary>
    /// Whether its worker has died, or its message seems lost. How long a queue is nobody knows, so what only waits is sent for again after
    /// a minute, two, four and so on.
    /// </summary>
    static bool IsLeft(MediaItem item, DateTimeOffset now) => !item.IsSettled && item.Due < now
        && (item.IsLeased || item.Status is MediaStatus.uploading
            || BitOperations.IsPow2((int)Math.Min((now - item.Due).TotalMinutes, int.MaxValue)));
}
