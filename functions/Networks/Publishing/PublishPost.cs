using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>
/// Publishes due posts: each post of a group independently, on its own page. A failure is retried when the due entry says, so the job
/// itself always succeeds.
/// </summary>
sealed partial class PublishPost(
    PostStore posts, PostPublisher publisher, GroupOutcome outcome, DueIndex due, JobQueue<PublishJob> jobs, TimeProvider time,
    ILogger<PublishPost> log)
{
    public async Task RunAsync(PublishJob job, CancellationToken cancel)
    {
        var done = await job.Entries.EachAsync((entry, stop) => ProcessAsync(entry, stop), cancel, job.Entries.Length);
        await due.RemoveAsync(job.Entries.Zip(done).Where(one => one.Second).Select(one => one.First), cancel);
    }

    /// <summary>Whether the entry can be removed.</summary>
    async Task<bool> ProcessAsync(DueEntry entry, CancellationToken cancel)
    {
        var (workspace, group) = PostSchedule.GroupOf(entry);
        try
        {
            var members = await posts.GroupAsync(new(workspace, Ids.Member(group, 0)), cancel);
            var checks = await members.EachAsync(
                (one, stop) => publisher.AdvanceAsync(one, stop), cancel, Math.Max(members.Count, 1));
            DueEntry[] next = [.. checks.Select(one => one.At).OfType<DateTimeOffset>()
                .Select(at => due.NewForPosts(workspace, group, at)).DistinctBy(one => one.At)];
            await due.AddAsync(next, cancel);
            // The timer has already read the entries of this minute.
            foreach (var one in next.Where(one => one.At < MinuteAfter(time.GetUtcNow())))
            {
                await jobs.SendAsync(new([one]), PublishDuePosts.WholeSeconds(one.At - time.GetUtcNow()), cancel);
            }
            if (checks.Length > 1 && next.Length == 0)
            {
                await outcome.LogAsync(workspace, group, cancel);
            }
            // The write that added the entry may not be committed yet, so an unscheduled post's entry stays until it is settled. A
            // published post is final.
            return (checks.Length > 0 && Array.TrueForAll(checks, one => one.IsDone)) || due.IsSettled(entry);
        }
        catch (Exception e)
        {
            LogFailed(IdKind.Group.Format(workspace, group), e);
            return false;
        }
    }

    static DateTimeOffset MinuteAfter(DateTimeOffset now) =>
        new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute) + TimeSpan.TicksPerMinute, TimeSpan.Zero);

    [LoggerMessage(LogLevel.Error, "Posts {Group} could not be processed and will be retried")]
    partial void LogFailed(string group, Exception exception);
}
