using Planable.Company.Companies;
using Planable.Content.Activity;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>What came of looking at a post.</summary>
/// <param name="At">When to look at it again; null where there is nothing to come.</param>
/// <param name="IsDone">Whether it is published, and nothing more can become of it.</param>
readonly record struct NextCheck(DateTimeOffset? At, bool IsDone = false);

/// <summary>
/// Publishes a post on its page, at most once an attempt: the attempt is stored before anything is done, and stored as being sent before
/// anything goes out. One that came to nothing for certain is made again; of one that may have arrived the network is asked. Within an
/// instance a page's posts go one after another.
/// </summary>
sealed partial class PostPublisher(
    PostStore posts, AttemptStore attempts, AttemptOutcome outcome, PageStore pages, CompanyStore companies, SecretStore secrets,
    IServiceProvider services, PublishingSettings settings, TimeProvider time, ILogger<PostPublisher> log) : IDisposable
{
    /// <summary>Later than this a post is published still, and marked.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromHours(1);

    /// <summary>
    /// Posts of a page that wait for each other in this instance, and for how long;
    /// the rest come later and leave room for other pages.
    /// </summary>
    const int MostAPage = 32;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), Crowded = TimeSpan.FromSeconds(15);

    /// <summary>How long a look waits for a post to be due: clocks of instances differ a little.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    const int MostLooks = 10;

    /// <summary>The part of a lease after which nothing is sent any more.</summary>
    const double SendBefore = 0.8;

    readonly KeyedLock _turns = new(mostWaiting: MostAPage - 1);

    /// <summary>Takes a post as far as it can go now.</summary>
    public async Task<NextCheck> AdvanceAsync(StoredPost stored, CancellationToken cancel)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            var post = stored.Post;
            var next = post switch
            {
                { Delivery: Delivery.Publishing, Publishing.Until: { } until } when until > time.GetUtcNow() => new(until),
                { Delivery: Delivery.Publishing } => await RecoverAsync(stored, cancel),
                { Delivery: Delivery.Published, Publishing.Until: { } until } =>
                    until > time.GetUtcNow() ? new(until) : await ForgetCommentAsync(post),
                { Delivery: Delivery.Published } => new(null, IsDone: true),
                { Delivery: Delivery.None, ScheduledSet: true, Archived: false } => await PublishWhenDueAsync(stored, cancel),
                _ => (NextCheck?)new NextCheck(null),
            };
            if (next is { } known)
            {
                return known;
            }
            // Somebody changed it meanwhile.
            if (await posts.ReadAsync(new(post.Workspace, post.Key), cancel) is not { } again)
            {
                return new(null);
            }
            stored = again;
        }
        return new(time.GetUtcNow() + Crowded);
    }

    async Task<NextCheck?> PublishWhenDueAsync(StoredPost stored, CancellationToken cancel)
    {
        var post = stored.Post;
        var due = post.Publishing is { RetriedAt: { } retried } ? retried : post.ScheduledAt!.Value;
        var next = post.Publishing?.Until > due ? post.Publishing.Until.Value : due;
        if (next - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            if (left > Soon)
            {
                return new(next);
            }
            await Task.Delay(left, time, cancel);
        }
        using var turn = await _turns.TryEnterAsync(post.Workspace + post.Page, Patience, cancel);
        if (turn is null)
        {
            return new(time.GetUtcNow() + Crowded);
        }
        // As they are at this moment: what was approved by settings of yesterday may not be by today's.
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
        var attempt = new PublishAttempt { Key = Ids.NewKey(time), StartedAt = now, IsLate = now - due > Late };
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
        if (Check(post, page, workspace, publisher, now, now - due) is { } failure)
        {
            var failed = attempt with { State = AttemptState.FAILED, EndedAt = now, Failure = failure };
            return await attempts.BeginAsync(
                stored, AttemptOutcome.Failed(taken, failure, now), failed, PostAction.PUBLISH_FAILED) is null ? null : new(null);
        }
        return await attempts.BeginAsync(stored, taken, attempt) is not { } held ? null
            : await TryPublishAsync(held, page, publisher!, cancel);
    }

    /// <summary>Why a post that is due is not published; null where nothing is against it. The last moment at which it is asked.</summary>
    Failure? Check(Post post, Page page, Workspace workspace, IPublisher? publisher, DateTimeOffset now, TimeSpan lateness) =>
        !page.IsConnected ? FailureTexts.Of(FailureCode.PAGE_DISCONNECTED, page.DisconnectedReason)
        : publisher is null ? FailureTexts.Of(FailureCode.NOT_SUPPORTED)
        : !new ApprovalRules(workspace.ApprovalSettings, now).IsApprovedToPublish(post)
            ? FailureTexts.Of(FailureCode.APPROVAL_MISSING)
        : !post.HasAllMedia ? FailureTexts.Of(FailureCode.MEDIA_MISSING)
        : lateness > settings.HoldLate ? FailureTexts.Of(FailureCode.HELD_LATE)
        : PostValidator.Faults(post).Select(fault => fault.Message).ToArray() is { Length: > 0 } faults
            ? FailureTexts.Of(FailureCode.NOT_VALID, string.Join(' ', faults))
        : null;

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
        var publication = new Publication(page, held.Post, held.Attempt.Key, null);
        NetworkAnswer answer;
        var lease = new Lease(held.Post.Publishing!.Until!.Value, settings.Lease, until => attempts.RenewAsync(held, until), time);
        try
        {
            publication = publication with { Credentials = await CredentialsAsync(page, either.Token) };
            answer = await publisher.PublishAsync(publication, SendingAsync, either.Token);
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
        // Of two who hear that it is done, the one who says so says the comment too.
        var (isOurs, next) = await outcome.SettleAsync(held, page, answer);
        return answer.Verdict is NetworkVerdict.Done && isOurs && held.Post.FirstComment is { } comment
            ? await CommentAsync(held, publisher, publication, answer.RemoteId!, comment, cancel)
            : new(next, answer.Verdict is NetworkVerdict.Done);

        async Task SendingAsync()
        {
            if (isSent)
            {
                return;
            }
            var (isOurs, attempt) = await attempts.MarkSendingAsync(held);
            // Who has slept through the lease must not send: somebody else may have found it lapsed.
            if (!isOurs || time.GetUtcNow() > lease.Until - (settings.Lease * (1 - SendBefore)))
            {
                throw new LeaseLost();
            }
            (held, isSent) = (held with { Attempt = attempt }, true);
        }
    }

    async Task<NextCheck?> CommentAsync(
        HeldPost held, IPublisher publisher, Publication publication, string remoteId, string text, CancellationToken cancel)
    {
        FirstComment said;
        try
        {
            var answer = await publisher.CommentAsync(publication, remoteId, text, cancel);
            said = answer.Verdict switch
            {
                NetworkVerdict.Done => new(FirstCommentState.DONE),
                NetworkVerdict.Unknown => new(FirstCommentState.UNKNOWN, answer.Message),
                _ => new(FirstCommentState.FAILED, answer.Message),
            };
        }
        catch (Exception e)
        {
            LogUncommented(held.Post.Id, e);
            said = new(FirstCommentState.UNKNOWN, "The network did not answer.");
        }
        await outcome.CommentAsync(held.Post, said);
        return new(null, IsDone: true);
    }

    /// <summary>Whoever was to say the first comment died, and it may be there.</summary>
    async Task<NextCheck?> ForgetCommentAsync(Post post)
    {
        await outcome.CommentAsync(post, new(FirstCommentState.UNKNOWN, "Whoever was saying it was interrupted."));
        return new(null, IsDone: true);
    }

    /// <summary>Whoever had a post to itself has died, or did not hear what became of it.</summary>
    async Task<NextCheck?> RecoverAsync(StoredPost stored, CancellationToken cancel)
    {
        var post = stored.Post;
        if (await attempts.FindAsync(stored, cancel) is not { } held)
        {
            return null;
        }
        if (held.Attempt.State is AttemptState.STARTED)
        {
            await outcome.InterruptAsync(held);
            return null;
        }
        var page = await pages.FindAsync(new(post.Workspace, post.Page), cancel);
        if (page is null || services.GetKeyedService<IPublisher>(page.Network) is not { } publisher)
        {
            return new(null);
        }
        if (await attempts.TakeOverAsync(held, time.GetUtcNow() + settings.Lease) is not { } taken)
        {
            return null;
        }
        NetworkAnswer answer;
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            answer = await publisher.FindAsync(new(page, post, held.Attempt.Key, await CredentialsAsync(page, either.Token)), either.Token);
        }
        catch (Exception e)
        {
            LogUnasked(post.Id, page.Network, e);
            answer = new(NetworkVerdict.NotNow);
        }
        var (isOurs, next) = await outcome.ResolveAsync(taken, page, answer);
        if (answer.Verdict is NetworkVerdict.Refused)
        {
            return null;
        }
        return answer.Verdict is NetworkVerdict.Done && isOurs && post.FirstComment is { } comment
            ? await CommentAsync(taken, publisher,
                new(page, post, held.Attempt.Key, await CredentialsAsync(page, cancel)), answer.RemoteId!, comment, cancel)
            : new(next, answer.Verdict is NetworkVerdict.Done);
    }

    public void Dispose() => _turns.Dispose();

    async Task<string?> CredentialsAsync(Page page, CancellationToken cancel) =>
        page.Secret is null ? null : await secrets.GetAsync(page.Secret, cancel);

    [LoggerMessage(LogLevel.Warning, "Publishing {Post} on {Network} was not answered; sent: {IsSent}")]
    partial void LogUnanswered(string post, string network, bool isSent, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The first comment of {Post} was not answered")]
    partial void LogUncommented(string post, Exception exception);

    [LoggerMessage(LogLevel.Warning, "What became of {Post} on {Network} could not be asked")]
    partial void LogUnasked(string post, string network, Exception exception);

    /// <summary>The post is not ours any more.</summary>
    sealed class LeaseLost : Exception;
}
