using Planable.Platform.Http;

namespace Planable.Networks.Metrics;

/// <summary>
/// Each minute, finds syncs whose worker has died, among those that somebody asked for, and has them done: a message that a dead worker had taken is seen
/// again only after ten minutes.
/// </summary>
sealed class ResumeSyncs(MetricsStore metrics, SyncQueue queue, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await Parallel.ForEachAsync(
            metrics.WatchedAsync(now, cancel), new ParallelOptions { MaxDegreeOfParallelism = Limits.Parallel, CancellationToken = cancel },
            async (subject, stop) => await LookAsync(subject, now, stop));
    }

    async Task LookAsync(Subject subject, DateTimeOffset now, CancellationToken cancel)
    {
        var state = await metrics.StateAsync(subject, cancel);
        if (state is not { Asked: true, Run: { } run })
        {
            await metrics.UnwatchAsync(subject, cancel);
        }
        else if (state.HeldUntil > now)
        {
            await metrics.WatchAsync(subject, state.HeldUntil, cancel);
        }
        else
        {
            await metrics.WatchAsync(subject, now + SyncRequests.Look, cancel);
            await queue.SendAsync(new(subject.ToString(), now, run), cancel);
        }
    }
}
