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
    /// <summary>Groups of posts per transaction, and per job.</summary>
    const int PerTransaction = 100, PerJob = 4;

    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        // By minute, and in random order within a minute, so that a customer with many posts does not delay the others. Of several entries
        // for the same posts the earliest counts.
        var groups = entries.GroupBy(one => one.Subject, StringComparer.Ordinal)
            .OrderBy(all => (all.First().Hour, all.First().Row[..2])).ThenBy(_ => Random.Shared.Next());
        foreach (var some in groups.Chunk(PerTransaction))
        {
            // A later entry checks the posts again, even if the job is lost. The current entries are removed only after the job is sent.
            var later = some.Select(all => (
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
            await due.RemoveAsync(some.SelectMany(all => all), cancel);
        }
    }

    /// <summary>Rounds down: a job that arrives early waits, but one that arrives late would publish late.</summary>
    public static TimeSpan WholeSeconds(TimeSpan delay) => TimeSpan.FromSeconds(Math.Floor(delay.TotalSeconds));
}
