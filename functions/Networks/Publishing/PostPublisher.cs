using Planable.Company.Companies;
using Planable.Content.Activity;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>The result of processing a post.</summary>
/// <param name="At">When to check it again; null for never.</param>
/// <param name="IsDone">Whether it is published and nothing is left to do.</param>
readonly record struct NextCheck(DateTimeOffset? At, bool IsDone = false);

/// <summary>
/// Publishes a post on its page, at most once per attempt: the attempt is stored before anything is done, and marked as SENDING before the
/// publishing request is sent. An attempt that certainly failed is retried; if it may have arrived, the network is asked. Within an
/// instance, a page's posts are published one at a time.
/// </summary>
sealed partial class PostPublisher(
    PostStore posts, AttemptStore attempts, AttemptOutcome outcome, PageStore pages, CompanyStore companies, FirstComments comments,
    PageGrants grants, PublicationFiles files, IServiceProvider services, PublishingSettings settings, TimeProvider time,
    ILogger<PostPublisher> log) : IDisposable
{
    /// <summary>A post that is later than this is still published, but marked as late.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromHours(1);

    /// <summary>
    /// How many posts of a page wait for each other in this instance, and for how long. The others are retried after <see cref="Crowded"/>,
    /// so that other pages get their turn.
    /// </summary>
    const int MaxWaitingPerPage = 32;
    static readonly TimeSpan TurnTimeout = TimeSpan.FromSeconds(20), Crowded = TimeSpan.FromSeconds(15);

    /// <summary>A post that is due within this time is waited for: the instances' clocks differ a little.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    const int MaxPasses = 10;

    /// <summary>The fraction of a lease after which the publishing request is no longer sent.</summary>
    const double SendBefore = 0.8;

    readonly KeyedLock _turns = new(mostWaiting: MaxWaitingPerPage - 1);

    /// <summary>Processes a post as far as possible now.</summary>
    public async Task<NextCheck> AdvanceAsync(StoredPost stored, CancellationToken cancel)
    {
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var post = stored.Post;
            var next = post switch
            {
                { Delivery: Delivery.Publishing, Publishing.Until: { } until } when until > time.GetUtcNow() => new(until),
                { Delivery: Delivery.Publishing } => await RecoverAsync(stored, cancel),
                { Delivery: Delivery.Published, Publishing.Until: { } until } =>
                    until > time.GetUtcNow() ? new(until) : await comments.GiveUpAsync(post),
                { Delivery: Delivery.Published } => new(null, IsDone: true),
                { GoesOutAt: { } due } => await PublishWhenDueAsync(stored, due, cancel),
                _ => (NextCheck?)new NextCheck(null),
            };
            if (next is { } known)
            {
                return known;
            }
            // The post was changed meanwhile.
            if (await posts.ReadAsync(new(post.Workspace, post.Key), cancel) is not { } again)
            {
                return new(null);
            }
            stored = again;
        }
        return new(time.GetUtcNow() + Crowded);
    }

    async Task<NextCheck?> PublishWhenDueAsync(StoredPost stored, DateTimeOffset due, CancellationToken cancel)
    {
        var post = stored.Post;
        var next = post.Publishing?.Until > due ? post.Publishing.Until.Value : due;
        if (next - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            if (left > Soon)
            {
                return new(next);
            }
            await Task.Delay(left, time, cancel);
        }
        using var turn = await _turns.TryEnterAsync(post.Workspace + post.Page, TurnTimeout, cancel);
        if (turn is null)
        {
            return new(time.GetUtcNow() + Crowded);
        }
        // Read now, because the approval settings may have changed since the post was approved.
        var finding = companies.FindWorkspaceAsync(post.Workspace, cancel);
        var page = await pages.FindAsync(new(post.Workspace, post.Page), cancel);
        var now = time.GetUtcNow();
        if (await finding is not { DeletedAt: null } workspace || page is null)
        {
            return new(null);
        }
        if (page.IsConnected && page.PausedUntil > now)
        {
            return new(page.PausedUntil);
        }
        if (post.WaitsForMedia)
        {
            return new(now + Crowded);
        }
        var attempt = new PublishAttempt
        {
            Key = Ids.NewKey(time),
            StartedAt = now,
            IsLate = now - due > Late,
            Revision = post.Revision,
            Handle = await PreparedAsync(stored, cancel),
        };
        var taken = post with
        {
            Delivery = Delivery.Publishing,
            Publishing = (post.Publishing ?? new()) with
            {
                Attempt = attempt.Key,
                Attempts = (post.Publishing?.Attempts ?? 0) + 1,
                Until = now + settings.Lease,
                IsLate = attempt.IsLate,
                Failure = null,
            },
        };
        var publisher = services.GetKeyedService<IPublisher>(page.Network);
        if (PublishCheck.Failure(post, page, workspace, publisher, now, now - due > settings.HoldLate) is { } failure)
        {
            var failed = attempt with { State = AttemptState.FAILED, EndedAt = now, Failure = failure };
            return await attempts.BeginAsync(
                stored, AttemptOutcome.Failed(taken, failure, now), failed, PostAction.PUBLISH_FAILED) is null ? null : new(null);
        }
        return await attempts.BeginAsync(stored, taken, attempt) is not { } held ? null
            : await TryPublishAsync(held, page, publisher!, cancel);
    }

    /// <summary>What the last attempt prepared on the network; null if it is of no use, because the post was changed for example.</summary>
    async Task<string?> PreparedAsync(StoredPost stored, CancellationToken cancel) =>
        stored.Post.Publishing is { Attempt: not null, Attempts: > 0 }
        && await attempts.FindAsync(stored, cancel) is { Attempt: { Handle: { } handle, Failure: { } failure } last }
        && last.Revision == stored.Post.Revision
        && failure.Code is FailureCode.RATE_LIMITED or FailureCode.UNREACHABLE or FailureCode.NOT_ARRIVED ? handle : null;

    async Task<NextCheck?> TryPublishAsync(HeldPost held, Page page, IPublisher publisher, CancellationToken cancel)
    {
        try
        {
            return await PublishAsync(held, page, publisher, cancel);
        }
        catch (LeaseLost)
        {
            return null;
        }
    }

    async Task<NextCheck?> PublishAsync(HeldPost held, Page page, IPublisher publisher, CancellationToken cancel)
    {
        var isSent = false;
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        NetworkAnswer answer;
        var lease = new Lease(held.Post.Publishing!.Until!.Value, settings.Lease, until => attempts.RenewAsync(held, until), time);
        try
        {
            answer = await grants.CallAsync(held.Post.Workspace, page,
                grant => publisher.PublishAsync(held.On(page, grant, files), SendingAsync, either.Token), either.Token);
        }
        catch (Exception e) when (e is not LeaseLost)
        {
            LogUnanswered(held.Post.Id, page.Network, isSent, e);
            answer = new(isSent ? NetworkVerdict.Unknown : NetworkVerdict.NotNow,
                Message: limit.IsCancellationRequested ? $"{page.Network} did not answer in time." : null);
        }
        finally
        {
            await lease.DisposeAsync();
        }
        // If two workers learn that it is done, the one that stores it also posts the comment.
        var (isOurs, next) = await outcome.SettleAsync(held, page, answer);
        return answer.Verdict is NetworkVerdict.Done && isOurs && held.Post.FirstComment is { } comment
            ? await comments.PostAsync(held, page, publisher, answer.RemoteId!, comment, cancel)
            : new(next, answer.Verdict is NetworkVerdict.Done);

        async Task SendingAsync(string? handle)
        {
            if (isSent)
            {
                return;
            }
            // After a long pause this worker must not send: another may have seen the lease as expired.
            if (await attempts.MarkSendingAsync(held, handle) is not { } marked
                || time.GetUtcNow() > lease.Until - (settings.Lease * (1 - SendBefore)))
            {
                throw new LeaseLost();
            }
            (held, isSent) = (marked, true);
        }
    }

    /// <summary>Recovers a post whose lease has expired: its worker died or got no answer.</summary>
    async Task<NextCheck?> RecoverAsync(StoredPost stored, CancellationToken cancel)
    {
        var post = stored.Post;
        if (await attempts.FindAsync(stored, cancel) is not { } held)
        {
            return null;
        }
        var isPrepared = held.Attempt is { State: AttemptState.STARTED, Handle: not null };
        if (held.Attempt.State is AttemptState.STARTED && !isPrepared)
        {
            await outcome.InterruptAsync(held);
            return null;
        }
        var page = await pages.FindAsync(new(post.Workspace, post.Page), cancel);
        if (page is null || services.GetKeyedService<IPublisher>(page.Network) is not { } publisher)
        {
            return new(null);
        }
        if (page.IsConnected && page.PausedUntil > time.GetUtcNow())
        {
            return new(page.PausedUntil);
        }
        if (await attempts.TakeOverAsync(held, time.GetUtcNow() + settings.Lease) is not { } taken)
        {
            return null;
        }
        return isPrepared ? await TryPublishAsync(taken, page, publisher, cancel) : await AskAsync(taken, page, publisher, cancel);
    }

    /// <summary>Asks the network for the outcome of an attempt that was sent.</summary>
    async Task<NextCheck?> AskAsync(HeldPost held, Page page, IPublisher publisher, CancellationToken cancel)
    {
        NetworkAnswer answer;
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            answer = await grants.CallAsync(held.Post.Workspace, page,
                grant => publisher.FindAsync(held.On(page, grant, files), either.Token), either.Token);
        }
        catch (Exception e)
        {
            LogUnasked(held.Post.Id, page.Network, e);
            answer = new(NetworkVerdict.NotNow);
        }
        var (isOurs, next) = await outcome.ResolveAsync(held, page, answer);
        if (answer.Verdict is NetworkVerdict.Refused)
        {
            return null;
        }
        return answer.Verdict is NetworkVerdict.Done && isOurs && held.Post.FirstComment is { } comment
            ? await comments.PostAsync(held, page, publisher, answer.RemoteId!, comment, cancel)
            : new(next, answer.Verdict is NetworkVerdict.Done);
    }

    public void Dispose() => _turns.Dispose();

    [LoggerMessage(LogLevel.Warning, "Publishing {Post} on {Network} failed without an answer; request sent: {IsSent}")]
    partial void LogUnanswered(string post, string network, bool isSent, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The outcome of {Post} on {Network} could not be asked for")]
    partial void LogUnasked(string post, string network, Exception exception);

    /// <summary>The post is no longer ours.</summary>
    sealed class LeaseLost : Exception;
}
