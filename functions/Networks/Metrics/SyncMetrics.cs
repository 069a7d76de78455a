using Azure.Data.Tables;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>
/// Fetches the metrics of a page or post and stores them. A worker takes a sync by an update with the state's ETag, so it runs once however
/// often its message is delivered. The snapshots and the end of the sync are one transaction.
/// </summary>
sealed class SyncMetrics(
    MetricsStore metrics, MetricsFetcher network, SyncedMetrics synced, JobQueue<SyncJob> jobs, PlanSyncs plan, PageStore pages,
    PostStore posts, SyncSettings settings, TimeProvider time)
{
    /// <summary>The delays between failed tries; when the try after the last delay fails, the sync has failed.</summary>
    static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20)];

    /// <summary>How long a rate limit lasts if the network does not say, and the longest that a sync waits for one.</summary>
    static readonly TimeSpan DefaultPause = TimeSpan.FromMinutes(15), LongestWait = TimeSpan.FromHours(24);

    /// <summary>The most tries of a sync.</summary>
    const int MaxTries = 20;

    public async Task RunAsync(SyncJob job, CancellationToken cancel)
    {
        if (IdKind.Workspace.TryParse(job.Subject, out var workspace))
        {
            await plan.PlanAsync(workspace.Partition, job.Due, cancel);
            return;
        }
        if (IdKind.Group.TryParse(job.Subject, out var group))
        {
            await SpreadAsync(job, group, cancel);
            return;
        }
        if (Subject.Parse(job.Subject) is not { } subject || await FindAsync(subject, cancel) is not var (page, post, state, done))
        {
            return;
        }
        var now = time.GetUtcNow();
        var isOurs = job.Run is null ? !state.IsUnderway(now) && !(state.EndedAt >= job.Due) : state.Run == job.Run;
        if (!isOurs || state.HeldUntil > now || await metrics.WriteAsync(subject, Held(state, job, now), cancel) is not { } held)
        {
            return;
        }
        if (page.PausedUntil > now)
        {
            await WaitAsync(
                subject, held, page.PausedUntil.Value,
                "The page's network has limited its requests. The sync continues when the limit is over.", cancel);
            return;
        }
        await SettleAsync(
            subject, page, post, held, await network.FetchAsync(subject, page, post, state.SyncedAt, cancel), done, cancel);
    }

    SyncState Held(SyncState state, SyncJob job, DateTimeOffset now)
    {
        var isAsked = job.Run is not null && state.Asked;
        return state with
        {
            Run = job.Run ?? Base32.NewName(),
            Asked = isAsked,
            Tries = job.Run is null ? 1 : state.Tries + 1,
            HeldUntil = now + settings.Lease,
            Until = now + (isAsked ? SyncRequests.StaleAfter : settings.Lease),
        };
    }

    async Task SettleAsync(
        Subject subject, Page page, Post? post, SyncState state, FetchResult result, TableEntity[] done, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        switch (result.Verdict)
        {
            case NetworkVerdict.Done:
                await EndAsync(
                    subject, state, null, [.. result.Rows], done, await synced.AnnounceAsync(subject, post, state.Run!, cancel), cancel);
                return;
            case NetworkVerdict.RateLimited when state.Tries < MaxTries
                && (result.RetryAfter ?? DefaultPause) is var pause && pause <= LongestWait:
                // Stored first, so that no instance asks the network meanwhile.
                await pages.PauseAsync(new(subject.Id.Partition, page.Key), now + pause, cancel);
                await WaitAsync(subject, state, now + pause, result.Message, cancel);
                return;
            case NetworkVerdict.NotNow when Backoff.Scheduled(Pauses, state.Tries) is { } pause:
                await WaitAsync(subject, state, now + (result.RetryAfter ?? pause), result.Message, cancel);
                return;
            case NetworkVerdict.GrantExpired:
                await pages.MarkDisconnectedAsync(
                    subject.Id.Partition, page, result.Message ?? "The network no longer grants access to the page.", cancel);
                break;
        }
        await EndAsync(subject, state, result.Message ?? "The network did not answer.", [], done, [], cancel);
    }

    Task EndAsync(
        Subject subject, SyncState state, string? message, TableEntity[] snapshots, TableEntity[] done, TableTransactionAction[] told,
        CancellationToken cancel) =>
        metrics.WriteAsync(subject, state.End(time.GetUtcNow(), message), snapshots, done, told, cancel);

    /// <summary>
    /// Postpones the sync. If sending the message fails, a requested sync is found through its due entry, and a planned one is retried with
    /// its current message.
    /// </summary>
    async Task WaitAsync(Subject subject, SyncState state, DateTimeOffset until, string? message, CancellationToken cancel)
    {
        if (await metrics.WriteAsync(
            subject, state with { HeldUntil = until, Until = until + SyncRequests.StaleAfter, Message = message }, cancel) is not null)
        {
            await jobs.SendAtAsync(new(subject.ToString(), until.AddSeconds(1), state.Run), until.AddSeconds(1), cancel);
        }
    }

    /// <summary>Runs a group's sync as one sync for each of its posts.</summary>
    async Task SpreadAsync(SyncJob job, Id group, CancellationToken cancel)
    {
        var published = (await posts.GroupAsync(group with { Key = Ids.Member(group.Key, 0) }, cancel)).Select(member => member.Post)
            .Where(post => post.Delivery is Delivery.Published && Analytics.HasPosts(post.Platform)).ToArray();
        foreach (var post in published.Skip(1))
        {
            await jobs.SendAtAsync(job with { Subject = post.Id }, job.Due, cancel);
        }
        if (published is [var first, ..])
        {
            await RunAsync(job with { Subject = first.Id }, cancel);
        }
    }

    /// <summary>
    /// The page, the post if the subject is one, and the sync state;
    /// null if the subject does not exist or is not published.
    /// </summary>
    async Task<(Page Page, Post? Post, SyncState State, TableEntity[] Done)?> FindAsync(Subject subject, CancellationToken cancel)
    {
        var known = metrics.StateAndRecordsAsync(subject, time.GetUtcNow(), cancel);
        var post = subject.IsPage ? null : await posts.FindAsync(subject.Id, cancel);
        var page = subject.IsPage ? await pages.FindAsync(subject.Id, cancel)
            : post is { Delivery: Delivery.Published } ? await pages.FindAsync(new(subject.Id.Partition, post.Page), cancel)
            : null;
        var (state, done) = await known;
        return page is null ? null : (page, post, state, done);
    }
}

/// <summary>A sync to run: a started one, by its run id, or a planned one that has not run since it was due.</summary>
/// <param name="Subject">The id of a page, of a post, of a group of posts, or of a workspace whose syncs are to be planned.</param>
/// <param name="Due">When it is due; for a workspace, when the hours to plan begin.</param>
/// <param name="Run">The sync's run id; null for a planned sync that has not started.</param>
sealed record SyncJob(string Subject, DateTimeOffset Due, string? Run = null);
