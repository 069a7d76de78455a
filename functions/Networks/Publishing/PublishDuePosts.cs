using Planable.Platform;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>Posts to look at, a few at a time: those of one job are looked at together.</summary>
sealed record PublishJob(DueEntry[] Entries);

/// <summary>
/// Has due posts published: those of the minute that has begun, each at its second, and whatever is overdue, as it is where the app was
/// down, where an attempt is to be made again, or where whoever made one has died.
/// </summary>
sealed class PublishDuePosts(DueIndex due, JobQueue<PublishJob> jobs, PublishingSettings settings, TimeProvider time) : IDueHandler
{
    /// <summary>Groups of posts a transaction, and a job.</summary>
    const int AtOnce = 100, AJob = 4;

    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        // Minute by minute, and within one in no order: whose posts are many do not go before whose posts are few. Of several entries of
        // the same posts the earliest counts.
        var groups = entries.GroupBy(one => one.Subject, StringComparer.Ordinal)
            .OrderBy(all => (all.First().Hour, all.First().Row[..2])).ThenBy(_ => Random.Shared.Next());
        foreach (var some in groups.Chunk(AtOnce))
        {
            // Whatever becomes of the job, in a while they are looked at again; and only once it is sent are they not due any more.
            var later = some.Select(all => (
                Due: all.First().At, Entry: due.Later(all.MaxBy(one => one.Added)!, time.GetUtcNow() + settings.Lease))).ToArray();
            await due.AddAsync(later.Select(one => one.Entry), cancel);
            // Those for the same second go together, so that each is published at its own.
            await later.GroupBy(one => one.Due > time.GetUtcNow() ? one.Due : default).SelectMany(second => second.Chunk(AJob))
                .EachAsync(async (chunk, stop) =>
                {
                    await jobs.SendAsync(
                        new([.. chunk.Select(one => one.Entry)]), Whole(chunk.Max(one => one.Due) - time.GetUtcNow()), stop);
                    return true;
                }, cancel);
            await due.RemoveAsync(some.SelectMany(all => all), cancel);
        }
    }

    /// <summary>A job that comes early waits; one that came late would publish late.</summary>
    public static TimeSpan Whole(TimeSpan delay) => TimeSpan.FromSeconds(Math.Floor(delay.TotalSeconds));
}
