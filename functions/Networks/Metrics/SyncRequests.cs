using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>The answer to a request for a sync.</summary>
sealed record SyncStart(bool Started, string Message);

/// <summary>
/// Syncs that callers request. The state in the subject's partition says whether one is running, so of several concurrent requests storage
/// lets one start it. The event of that write queues the sync, and adds a due entry that watches it until it ends.
/// </summary>
sealed class SyncRequests(
    Tables tables, Outbox outbox, MetricsStore metrics, PageStore pages, PostStore posts, JobQueue<SyncJob> jobs, DueIndex due,
    IServiceProvider services, TimeProvider time) : IEventHandler, IDueHandler
{
    public const string Requested = "sync-requested", Kind = "sync";

    /// <summary>How long a sync counts as running without an update; longer than it takes to detect a dead worker.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for an update before the sync is checked.</summary>
    public static readonly TimeSpan CheckAfter = TimeSpan.FromMinutes(1);

    /// <param name="check">Returns why the subject cannot be synced; null if it can.</param>
    public Task<Outcome<SyncStart>> StartAsync(
        Subject subject, OperationId operation, Func<Task<Problem?>> check, CancellationToken cancel)
    {
        return outbox.CommitAsync(
            tables.Metrics, subject.Partition, operation, MetricsStoredJson.Default.SyncStart, PrepareAsync, cancel,
            new DomainEvent(Requested, $"{subject}~{operation.Name}"));

        async Task<Outcome<Commit<SyncStart>>> PrepareAsync()
        {
            var known = metrics.StateAsync(subject, cancel);
            var problem = await check();
            var (state, now) = (await known, time.GetUtcNow());
            return problem is not null ? problem
                : state.IsUnderway(now) ? new Commit<SyncStart>(new(Started: false, "A sync is already running."), [])
                : new Commit<SyncStart>(
                    new(Started: true, "The sync has started."),
                    [MetricsStore.Action(subject, state.Ask(operation.Name, now + StaleAfter))]);
        }
    }

    /// <summary>Why a page cannot be synced.</summary>
    public async Task<Problem?> CheckPageAsync(Id id, CancellationToken cancel) => await pages.FindAsync(id, cancel) is { } page
        ? Analytics.HasPages(page.Platform) ? Check(page) : Problems.Malformed($"There are no analytics for {page.Platform}.")
        : Problems.NotFound("page");

    /// <summary>Why a post cannot be synced.</summary>
    public async Task<Problem?> CheckPostAsync(Id id, Func<Post, bool> sees, CancellationToken cancel) =>
        await posts.FindAsync(id, cancel) is { } post && sees(post)
        ? post.Delivery is not Delivery.Published ? Problems.Malformed("The post is not published.")
            : Analytics.HasPosts(post.Platform) ? null : Problems.Malformed($"There are no analytics for posts on {post.Platform}.")
        : Problems.NotFound("post");

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        var (subject, run) = happened.Subject.Split('~') is [var id, var name] ? (Subject.Parse(id)!.Value, name)
            : throw new InvalidDataException("The event of a sync has no run id.");
        if ((await metrics.StateAsync(subject, cancel)).Run == run)
        {
            await due.AddAsync(Kind, id, time.GetUtcNow() + CheckAfter, cancel);
            await jobs.SendAtAsync(new(id, at, run), at, cancel);
        }
        return null;
    }

    /// <summary>
    /// Finds syncs whose worker has died, and queues them again: the message that a dead worker had received becomes visible only after ten
    /// minutes. The entry of a sync that has ended is removed.
    /// </summary>
    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel) =>
        await entries.GroupBy(entry => entry.Subject, StringComparer.Ordinal).EachAsync(async (same, stop) =>
        {
            var (id, now) = (same.Key, time.GetUtcNow());
            if (await metrics.StateAsync(Subject.Parse(id)!.Value, stop) is { Asked: true, Run: { } run } state)
            {
                var isHeld = state.HeldUntil > now;
                await due.AddAsync(Kind, id, isHeld ? state.HeldUntil : now + CheckAfter, stop);
                await (isHeld ? Task.CompletedTask : jobs.SendAsync(new(id, now, run), cancel: stop));
            }
            await due.RemoveAsync(same, stop);
            return true;
        }, cancel);

    Problem? Check(Page page) =>
        !page.IsConnected ? Problems.Malformed("The page is not connected.")
        : services.GetKeyedService<IMetricsSource>(page.Network) is null
        ? Problems.Malformed($"There are no analytics for {page.Network} yet.")
        : null;
}
