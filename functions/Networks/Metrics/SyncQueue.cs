using System.Text.Json;
using Azure.Storage.Queues;
using Planable.Platform.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>A sync to do: one that was begun, by its name, or one that was due at a time and is not done since.</summary>
/// <param name="Subject">The id of a page, of a post, or of a group of posts.</param>
/// <param name="Run">The sync's name; null for one that is planned and not begun.</param>
sealed record SyncJob(string Subject, DateTimeOffset Due, string? Run = null);

/// <summary>The queue of <see cref="SyncMetrics"/>.</summary>
sealed class SyncQueue(QueueServiceClient queues, TimeProvider time)
{
    static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1), LongestDelay = TimeSpan.FromDays(7);

    readonly QueueClient _queue = queues.GetQueueClient(Queues.MetricSyncs);

    /// <summary>Has a sync done when it is due.</summary>
    public Task SendAsync(SyncJob job, CancellationToken cancel)
    {
        var delay = job.Due - time.GetUtcNow();
        return _queue.SendMessageAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new Message<SyncJob>(job), StoredJson.Default.MessageSyncJob)),
            delay <= TimeSpan.Zero ? TimeSpan.Zero : delay < LongestDelay ? delay : LongestDelay, NeverExpires, cancel);
    }
}
