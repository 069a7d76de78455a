using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>What came of asking for a sync.</summary>
sealed record SyncStart(bool Started, string Message);

/// <summary>
/// Syncs that somebody asks for. The state in the subject's partition says whether one is underway, so of many who ask at once storage lets
/// one start it; what follows has it done, and watched until it is.
/// </summary>
sealed class SyncRequests(
    Tables tables, Outbox outbox, MetricsStore metrics, PageStore pages, PostStore posts, JobQueue<SyncJob> jobs, DueIndex due,
    IServiceProvider services, TimeProvider time) : IEventHandler, IDueHandler
{
    public const string Requested = "sync-requested", Kind = "sync";

    /// <summary>How long a sync counts as underway without a sign of it: longer than its worker's death takes to be found.</summary>
    public static readonly TimeSpan Sign = TimeSpan.FromMinutes(5);

    /// <summary>How long it is waited for a sign before somebody looks.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <param name="whyNot">Why it cannot be synced; null where it can.</param>
    public Task<Outcome<SyncStart>> StartAsync(
        Subject subject, OperationId operation, Func<Task<Problem?>> whyNot, CancellationToken cancel)
    {
        return outbox.CommitAsync(
            tables.Metrics, subject.Partition, operation, MetricsStoredJson.Default.SyncStart, PrepareAsync, cancel,
            new DomainEvent(Requested, $"{subject}~{operation.Name}"));

        async Task<Outcome<Commit<SyncStart>>> PrepareAsync()
        {
            var known = metrics.StateAsync(subject, cancel);
            var problem = await whyNot();
            var (state, now) = (await known, time.GetUtcNow());
            return problem is not null ? problem
                : state.IsUnderway(now) ? new Commit<SyncStart>(new(Started: false, "A sync is under way already."), [])
                : new Commit<SyncStart>(
                    new(Started: true, "The sync has started."), [MetricsStore.Action(subject, state.Ask(operation.Name, now + Sign))]);
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
            : throw new InvalidDataException("An event about a sync names no run.");
        if ((await metrics.StateAsync(subject, cancel)).Run == run)
        {
            await due.AddAsync(Kind, id, time.GetUtcNow() + Look, cancel);
            await jobs.SendAtAsync(new(id, at, run), at, cancel);
        }
        return null;
    }

    /// <summary>
    /// Finds syncs whose worker has died, and has them done: a message that a dead worker had taken is seen again only after ten minutes. A
    /// sync that is done is looked at no more.
    /// </summary>
    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel) =>
        await entries.GroupBy(entry => entry.Subject, StringComparer.Ordinal).EachAsync(async (same, stop) =>
        {
            var (id, now) = (same.Key, time.GetUtcNow());
            if (await metrics.StateAsync(Subject.Parse(id)!.Value, stop) is { Asked: true, Run: { } run } state)
            {
                var isHeld = state.HeldUntil > now;
                await due.AddAsync(Kind, id, isHeld ? state.HeldUntil : now + Look, stop);
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
