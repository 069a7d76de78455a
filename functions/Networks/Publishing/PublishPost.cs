using Planable.Content.Posts;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Networks.Publishing;

/// <summary>
/// Looks at posts whose time has come: each post of a group is published on its own page for itself. What fails here is looked
/// at again when its pointer says, so the message is done with.
/// </summary>
sealed partial class PublishPost(PostStore posts, PostPublisher publisher, Schedule schedule, PublishQueue queue, TimeProvider time, ILogger<PublishPost> log)
{
    public async Task RunAsync(PublishJob job, CancellationToken cancel)
    {
        var looks = job.Looks;
        var done = await looks.EachAsync((look, stop) => LookAsync(look, stop), cancel, looks.Length);
        await schedule.RemoveAsync(looks.Zip(done).Where(one => one.Second).Select(one => one.First), cancel);
    }

    /// <summary>Whether the pointer has done its work.</summary>
    async Task<bool> LookAsync(Pointer look, CancellationToken cancel)
    {
        try
        {
            var (workspace, group) = look.Group;
            var members = await posts.GroupAsync(new(workspace, Ids.Member(group, 0)), cancel);
            var tended = await members.EachAsync((one, stop) => publisher.TendAsync(one.Row, one.Post, stop), cancel, Math.Max(members.Count, 1));
            Pointer[] next = [.. tended.Select(one => one.Next).OfType<DateTimeOffset>().Select(at => schedule.New(workspace, group, at)).DistinctBy(one => one.At)];
            await schedule.LayAsync(next, cancel);
            // Those of this minute the timer has passed by.
            await next.Where(one => one.At < MinuteAfter(time.GetUtcNow())).EachAsync((one, stop) => queue.SendAsync([one], one.At, stop), cancel);
            // What one that is not scheduled was looked at for may be about to commit; nothing more can become of one that is published.
            return (tended.Length > 0 && Array.TrueForAll(tended, one => one.IsDone)) || schedule.IsSettled(look);
        }
        catch (Exception e)
        {
            LogFailed(IdKind.Group.Format(look.Group.Place, look.Group.Own), e);
            return false;
        }
    }

    static DateTimeOffset MinuteAfter(DateTimeOffset now) => new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute) + TimeSpan.TicksPerMinute, TimeSpan.Zero);

    [LoggerMessage(LogLevel.Error, "Posts {Group} could not be looked at and will be again")]
    partial void LogFailed(string group, Exception exception);
}
