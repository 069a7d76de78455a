using Azure.Data.Tables;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>
/// Asks a network about a page or a post and keeps what it says. Whoever takes a sync up holds it by the state's ETag, so it runs
/// once however often its message comes; what it has learnt and its end are one transaction.
/// </summary>
sealed class SyncMetrics(
    MetricsStore metrics, NetworkQuestions network, JobQueue<SyncJob> jobs, PageStore pages,
    PostStore posts, SyncSettings settings, TimeProvider time)
{
    /// <summary>How long after a try that came to nothing the next is made; after the last the sync has failed.</summary>
    static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20)];

    /// <summary>What a rate limit means where the network does not say how long, and how long a sync waits for one at the most.</summary>
    static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(15), LongestWait = TimeSpan.FromHours(24);

    /// <summary>How often a sync is taken up, whatever ended each try.</summary>
    const int MostTries = 20;

    public async Task RunAsync(SyncJob job, CancellationToken cancel)
    {
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
        var isMine = job.Run is null ? !state.IsUnderway(now) && !(state.EndedAt >= job.Due) : state.Run == job.Run;
        if (!isMine || state.HeldUntil > now || await metrics.WriteAsync(subject, Held(state, job, now), cancel) is not { } held)
        {
            return;
        }
        if (page.PausedUntil > now)
        {
            await WaitAsync(
                subject, held, page.PausedUntil.Value, "Its network has been asked too often and is left alone for a while.", cancel);
            return;
        }
        await SettleAsync(subject, page, held, await network.AskAsync(subject, page, post, state.SyncedAt, cancel), done, cancel);
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
            Until = now + (isAsked ? SyncRequests.Sign : settings.Lease),
        };
    }

    async Task SettleAsync(Subject subject, Page page, SyncState state, FetchResult result, TableEntity[] done, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        switch (result.Verdict)
        {
            case NetworkVerdict.Done:
                await EndAsync(subject, state, null, [.. result.Rows], done, cancel);
                return;
            case NetworkVerdict.RateLimited when state.Tries < MostTries
                && (result.RetryAfter ?? Unsaid) is var pause && pause <= LongestWait:
                // Known to all instances before anything else: nobody is to ask meanwhile.
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
        await EndAsync(subject, state, result.Message ?? "The network did not answer.", [], done, cancel);
    }

    Task EndAsync(
        Subject subject, SyncState state, string? message, TableEntity[] snapshots, TableEntity[] done, CancellationToken cancel) =>
        metrics.WriteAsync(subject, state.End(time.GetUtcNow(), message), snapshots, done, cancel);

    /// <summary>
    /// Leaves it for later. Should the message not come to be, one that was asked for is found by those who watch it,
    /// and a planned one comes again with its message.
    /// </summary>
    async Task WaitAsync(Subject subject, SyncState state, DateTimeOffset until, string? message, CancellationToken cancel)
    {
        if (await metrics.WriteAsync(
            subject, state with { HeldUntil = until, Until = until + SyncRequests.Sign, Message = message }, cancel) is not null)
        {
            await jobs.SendAtAsync(new(subject.ToString(), until.AddSeconds(1), state.Run), until.AddSeconds(1), cancel);
        }
    }

    /// <summary>A group's posts go each their own way.</summary>
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

    /// <summary>The page, the post where it is about one, and how far its sync is; null where it is not there, or not published.</summary>
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

/// <summary>A sync to do: one that was begun, by its name, or one that was due at a time and is not done since.</summary>
/// <param name="Subject">The id of a page, of a post, or of a group of posts.</param>
/// <param name="Run">The sync's name; null for one that is planned and not begun.</param>
sealed record SyncJob(string Subject, DateTimeOffset Due, string? Run = null);
