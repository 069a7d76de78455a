using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>
/// Looks at posts whose time has come: each post of a group is published on its own page for itself. What fails here is looked at again
/// when its due entry says, so the job is done with.
/// </summary>
sealed partial class PublishPost(
    PostStore posts, PostPublisher publisher, DueIndex due, JobQueue<PublishJob> jobs, TimeProvider time, ILogger<PublishPost> log)
{
    public async Task RunAsync(PublishJob job, CancellationToken cancel)
    {
        var done = await job.Entries.EachAsync((entry, stop) => LookAsync(entry, stop), cancel, job.Entries.Length);
        await due.RemoveAsync(job.Entries.Zip(done).Where(one => one.Second).Select(one => one.First), cancel);
    }

    /// <summary>Whether the entry has done its work.</summary>
    async Task<bool> LookAsync(DueEntry entry, CancellationToken cancel)
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
            // Those of this minute the timer has passed by.
            foreach (var one in next.Where(one => one.At < MinuteAfter(time.GetUtcNow())))
            {
                await jobs.SendAsync(new([one]), PublishDuePosts.Whole(one.At - time.GetUtcNow()), cancel);
            }
            // What a post that is not scheduled was looked at for may be about to commit; nothing more can become of one that is published.
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

    [LoggerMessage(LogLevel.Error, "Posts {Group} could not be looked at and will be again")]
    partial void LogFailed(string group, Exception exception);
}
