using Planable.Content.Activity;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform.Telemetry;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>The result of settling an attempt.</summary>
/// <param name="IsOurs">Whether this call settled it, and not another worker before.</param>
/// <param name="Next">When to check the post again; null for never.</param>
readonly record struct Settled(bool IsOurs, DateTimeOffset? Next);

/// <summary>Applies a network's answer to an attempt, its post and its page.</summary>
sealed class AttemptOutcome(AttemptStore attempts, PostStore posts, PageStore pages, PublishingSettings settings, TimeProvider time)
{
    /// <summary>How long a page is paused if its network does not say.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    /// <summary>Of how many posts that a network still takes on a page people are warned.</summary>
    const int FewLeft = 10;

    /// <summary>Applies the answer to a publishing request.</summary>
    public async Task<Settled> SettleAsync(HeldPost held, Page page, NetworkAnswer answer)
    {
        AppTelemetry.Published(page.Network, answer.Verdict);
        await UpdatePageAsync(held.Post.Workspace, page, answer);
        held = held with { Attempt = held.Attempt with { Handle = answer.Handle ?? held.Attempt.Handle } };
        // Another worker may have taken over the attempt and be sending it: then its outcome counts, unless this one published.
        return answer.Verdict switch
        {
            NetworkVerdict.Done => await PublishAsync(held, answer),
            NetworkVerdict.Refused => await FailAsync(held, Why(FailureCode.REFUSED), ifUnchanged: true),
            NetworkVerdict.GrantExpired => await FailAsync(held, Why(FailureCode.GRANT_EXPIRED), ifUnchanged: true),
            NetworkVerdict.RateLimited =>
                await RetryAsync(held, Why(FailureCode.RATE_LIMITED), answer.RetryAfter ?? Pause, ifUnchanged: true),
            NetworkVerdict.NotReady when time.GetUtcNow() - held.Attempt.StartedAt < settings.Preparation =>
                await AskLaterAsync(held, held.Attempt, time.GetUtcNow() + (answer.RetryAfter ?? settings.Lease), ifUnchanged: true),
            // What is prepared is of no use: the next attempt begins anew.
            NetworkVerdict.NotReady => await RetryAsync(
                held with { Attempt = held.Attempt with { Handle = null } },
                FailureTexts.Of(FailureCode.UNREACHABLE, $"{page.Network} did not finish preparing the media."), TimeSpan.Zero,
                ifUnchanged: true),
            // The network may still be working on it.
            NetworkVerdict.Unknown when held.Attempt.State is AttemptState.SENDING => await AskLaterAsync(
                held, held.Attempt with { Failure = Why(FailureCode.OUTCOME_UNKNOWN) }, time.GetUtcNow() + settings.Lease),
            _ => await RetryAsync(held, Why(FailureCode.UNREACHABLE), answer.RetryAfter ?? TimeSpan.Zero, ifUnchanged: true),
        };

        Failure Why(FailureCode code) => FailureTexts.Of(code, answer.Message);
    }

    /// <summary>Applies the answer to a question about an attempt that was sent but not answered.</summary>
    public async Task<Settled> ResolveAsync(HeldPost held, Page page, NetworkAnswer answer)
    {
        await UpdatePageAsync(held.Post.Workspace, page, answer);
        var asked = held.Attempt with { Asked = held.Attempt.Asked + 1 };
        return answer.Verdict switch
        {
            NetworkVerdict.Done => await PublishAsync(held, answer),
            NetworkVerdict.Refused => await RetryAsync(held, FailureTexts.Of(FailureCode.NOT_ARRIVED, answer.Message)),
            NetworkVerdict.Unknown =>
                await FailAsync(held, FailureTexts.Of(FailureCode.OUTCOME_UNKNOWN, answer.Message ?? held.Attempt.Failure?.Message)),
            _ when Delay(asked.Asked) is { } delay => await AskLaterAsync(held, asked, time.GetUtcNow() + delay),
            _ => await FailAsync(held, FailureTexts.Of(FailureCode.OUTCOME_UNKNOWN, held.Attempt.Failure?.Message)),
        };
    }

    /// <summary>Ends an attempt whose worker died before sending anything, unless the attempt has changed meanwhile.</summary>
    public Task InterruptAsync(HeldPost held) => RetryAsync(held, FailureTexts.Of(FailureCode.INTERRUPTED), ifUnchanged: true);

    /// <summary>Stores the result of the first comment.</summary>
    public async Task CommentAsync(Post post, FirstComment comment)
    {
        if (await posts.ReadAsync(new(post.Workspace, post.Key), CancellationToken.None) is { Post.Publishing.Attempt: not null } known
            && await attempts.FindAsync(known, CancellationToken.None) is { } held)
        {
            await attempts.SettleAsync(held, held.Attempt with { FirstComment = comment },
                one => one with { Publishing = one.Publishing! with { Until = null } }, null);
        }
    }

    public static Post Failed(Post post, Failure failure, DateTimeOffset now) => post with
    {
        Delivery = Delivery.Failed,
        Publishing = post.Publishing! with { Until = null, Failure = failure },
        Revision = post.Revision + 1,
        ModifiedAt = now,
    };

    async Task<Settled> PublishAsync(HeldPost held, NetworkAnswer answer)
    {
        var now = time.GetUtcNow();
        var hasComment = held.Post.FirstComment is not null;
        var isOurs = await attempts.SettleAsync(
            held, held.Attempt with
            {
                State = AttemptState.PUBLISHED,
                EndedAt = now,
                Failure = null,
                RemoteId = answer.RemoteId,
                Link = answer.Link,
                FirstComment = hasComment ? new(FirstCommentState.SENDING) : null,
            },
            // Also if the attempt was given up as unknown or is to be retried: the post is on the network.
            post => post.Delivery is Delivery.Published ? null : post with
            {
                Delivery = Delivery.Published,
                PublishedLink = answer.Link,
                Publishing = post.Publishing! with
                {
                    Until = hasComment ? now + settings.Lease : null,
                    PublishedAt = now,
                    RemoteId = answer.RemoteId,
                    Failure = null,
                },
                Revision = post.Revision + 1,
                ModifiedAt = now,
            },
            PostAction.PUBLISHED);
        return new(isOurs, null);
    }

    async Task<Settled> FailAsync(HeldPost held, Failure failure, bool ifUnchanged = false)
    {
        var now = time.GetUtcNow();
        var isOurs = await attempts.SettleAsync(
            held, held.Attempt with { State = AttemptState.FAILED, EndedAt = now, Failure = failure },
            post => post.Delivery is Delivery.Publishing ? Failed(post, failure, now) : null, PostAction.PUBLISH_FAILED, ifUnchanged);
        return new(isOurs, null);
    }

    /// <summary>Plans the next attempt, or fails the post if this was the last.</summary>
    /// <param name="least">The shortest delay; null retries at once, because the network was not the cause.</param>
    async Task<Settled> RetryAsync(HeldPost held, Failure failure, TimeSpan? least = null, bool ifUnchanged = false)
    {
        if (Delay(held.Post.Publishing!.Attempts) is not { } delay)
        {
            return await FailAsync(held, failure, ifUnchanged);
        }
        var now = time.GetUtcNow();
        var at = now + (least is null ? default : delay > least ? delay : least.Value);
        var isOurs = await attempts.SettleAsync(
            held, held.Attempt with { State = AttemptState.FAILED, EndedAt = now, Failure = failure, RetryAt = at },
            post => post.Delivery is not Delivery.Publishing ? null
                : post with { Delivery = Delivery.None, Publishing = post.Publishing! with { Until = at, Failure = failure } },
            null, ifUnchanged);
        return new(isOurs, at);
    }

    async Task<Settled> AskLaterAsync(HeldPost held, PublishAttempt attempt, DateTimeOffset at, bool ifUnchanged = false)
    {
        var isOurs = await attempts.SettleAsync(
            held, attempt, post =>
                post.Delivery is not Delivery.Publishing ? null : post with { Publishing = post.Publishing! with { Until = at } }, null,
            ifUnchanged);
        return new(isOurs, at);
    }

    /// <summary>Pauses the page after a rate limit, and marks it disconnected after an expired grant.</summary>
    async Task UpdatePageAsync(string workspace, Page page, NetworkAnswer answer)
    {
        if (answer.Verdict is NetworkVerdict.RateLimited)
        {
            await pages.PauseAsync(new(workspace, page.Key), time.GetUtcNow() + (answer.RetryAfter ?? Pause), CancellationToken.None);
        }
        else if (answer.Verdict is NetworkVerdict.GrantExpired)
        {
            await pages.MarkDisconnectedAsync(
                workspace, page, answer.Message ?? FailureTexts.Of(FailureCode.GRANT_EXPIRED).Message, CancellationToken.None);
        }
        // Plenty need not be remembered.
        if (answer.Quota is { } quota && (quota.Left <= FewLeft || page.Quota is not null))
        {
            await pages.RememberAsync(new(workspace, page.Key), quota.Left <= FewLeft ? quota : null, CancellationToken.None);
        }
    }

    /// <summary>The delay after this many attempts; null after the last.</summary>
    TimeSpan? Delay(int attempts) => Backoff.Scheduled(settings.Retries, attempts);
}
