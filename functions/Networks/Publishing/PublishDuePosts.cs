using Planable.Platform;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>A few due entries of posts, which are processed together.</summary>
sealed record PublishJob(DueEntry[] Entries);

/// <summary>
/// Queues due posts for publishing: those of the current minute, each at its second, and overdue ones, which remain after downtime, for a
/// retry, or when a worker died.
/// </summary>
sealed class PublishDuePosts(DueIndex due, JobQueue<PublishJob> jobs, PublishingSettings settings, TimeProvider time) : IDueHandler
{
    /// <summary>Groups of posts per job. An instance runs up to 24 jobs at once, and a lease must outlast what all of them do.</summary>
    public const int PerJob = 4;

    /// <summary>Groups of posts per transaction.</summary>
    const int PerTransaction = 100;

    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        // By minute, and in random order within a minute, so that a customer with many posts does not delay the others. Of several entries
        // for the same posts the earliest counts.
        var groups = entries.OrderBy(one => one.At).GroupBy(one => one.Subject, StringComparer.Ordinal)
            .OrderBy(all => all.First().At.UtcTicks / TimeSpan.TicksPerMinute).ThenBy(_ => Random.Shared.Next());
        await groups.GroupBy(all => DueIndex.ShardOf(all.Key)).EachAsync(async (shard, stop) =>
        {
            foreach (var some in shard.Chunk(PerTransaction))
            {
                await QueueAsync(some, stop);
            }
            return true;
        }, cancel, DueIndex.Shards);
    }

    async Task QueueAsync(IGrouping<string, DueEntry>[] groups, CancellationToken cancel)
    {
        // A later entry checks the posts again, even if the job is lost. The current entries are removed only after the job is sent.
        var later = groups.Select(all => (
            Due: all.First().At, Entry: due.Later(all.MaxBy(one => one.Added)!, time.GetUtcNow() + settings.Lease))).ToArray();
        await due.AddAsync(later.Select(one => one.Entry), cancel);
        // Posts of the same second share a job, so that each is published at its own second.
        await later.GroupBy(one => one.Due > time.GetUtcNow() ? one.Due : default).SelectMany(second => second.Chunk(PerJob))
            .EachAsync(async (chunk, stop) =>
            {
                await jobs.SendAsync(
                    new([.. chunk.Select(one => one.Entry)]), WholeSeconds(chunk.Max(one => one.Due) - time.GetUtcNow()), stop);
                return true;
            }, cancel);
        await due.RemoveAsync(groups.SelectMany(all => all), cancel);
    }

    /// <summary>Rounds down: a job that arrives early waits, but one that arrives late would publish late.</summary>
    public static TimeSpan WholeSeconds(TimeSpan delay) => TimeSpan.FromSeconds(Math.Floor(delay.TotalSeconds));
}
