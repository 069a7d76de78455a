using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Networks.Publishing;

/// <summary>
/// Each minute, has due posts published: those of the minute that has begun, each at its second, and whatever is overdue, as
/// it is where the app was down, where an attempt is to be made again, or where whoever made one has died.
/// </summary>
sealed class PublishDuePosts(Schedule schedule, PublishQueue queue, AppSettings settings, TimeProvider time)
{
    /// <summary>Pointers a run; what is left is the next one's. A run must end within its deadline.</summary>
    const int MostARun = 5_000;

    /// <summary>Pointers a transaction, and a message.</summary>
    const int AtOnce = 100, ALook = 4;

    public async Task RunAsync(CancellationToken cancel)
    {
        var due = await schedule.DueAsync(time.GetUtcNow(), MostARun, cancel);
        // Minute by minute, and within one in no order: whose posts are many do not go before whose posts are few. Of several pointers to the same
        // posts the earliest counts.
        foreach (var some in due.GroupBy(one => one.Group).OrderBy(all => (all.First().Hour, all.First().Row[..2])).ThenBy(_ => Random.Shared.Next()).Chunk(AtOnce))
        {
            // Whatever becomes of the message, in a while they are looked at again; and only once it is sent are they not due any more.
            var looks = some.Select(all => (Due: all.First().At, Look: schedule.Later(all.MaxBy(one => one.Laid)!, time.GetUtcNow() + settings.Publishing.Lease))).ToArray();
            await schedule.LayAsync(looks.Select(one => one.Look), cancel);
            // Those for the same second go together, so that each is published at its own.
            await looks.GroupBy(one => one.Due > time.GetUtcNow() ? one.Due : default).SelectMany(second => second.Chunk(ALook)).EachAsync(
                (chunk, stop) => queue.SendAsync([.. chunk.Select(one => one.Look)], chunk.Max(one => one.Due), stop), cancel);
            await schedule.RemoveAsync(some.SelectMany(all => all), cancel);
        }
    }
}
