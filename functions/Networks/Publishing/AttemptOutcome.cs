using Planable.Content.Activity;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform.Telemetry;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>How an attempt was settled.</summary>
/// <param name="IsOurs">Whether it was us who said so, and nobody before.</param>
/// <param name="Next">When to look again; null where there is no need to.</param>
readonly record struct Settled(bool IsOurs, DateTimeOffset? Next);

/// <summary>
/// What a network's answer makes of an attempt, of its post and of its page; each says when to look at the post again,
/// if ever.
/// </summary>
sealed class AttemptOutcome(AttemptStore attempts, PostStore posts, PageStore pages, PublishingSettings settings, TimeProvider time)
{
    /// <summary>How long a page is left alone whose network does not say.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);


    /// <summary>What came of publishing.</summary>
    public async Task<Settled> SettleAsync(HeldPost held, Page page, NetworkAnswer answer)
    {
        AppTelemetry.Published(page.Network, answer.Verdict);
        await ShowAsync(held.Post.Workspace, page, answer);
        return answer.Verdict switch
        {
            NetworkVerdict.Done => await PublishAsync(held, answer),
            NetworkVerdict.Refused => await FailAsync(held, Why(FailureCode.REFUSED)),
            NetworkVerdict.GrantExpired => await FailAsync(held, Why(FailureCode.GRANT_EXPIRED)),
            NetworkVerdict.RateLimited => await RetryAsync(held, Why(FailureCode.RATE_LIMITED), answer.RetryAfter ?? Pause),
            // The network may be at it yet.
            NetworkVerdict.Unknown when held.Attempt.State is AttemptState.SENDING => await AskLaterAsync(
                held, held.Attempt with { Failure = Why(FailureCode.OUTCOME_UNKNOWN) }, time.GetUtcNow() + settings.Lease),
            _ => await RetryAsync(held, Why(FailureCode.UNREACHABLE), answer.RetryAfter ?? TimeSpan.Zero),
        };

        Failure Why(FailureCode code) => FailureTexts.Of(code, answer.Message);
    }

    /// <summary>What came of asking about an attempt that was sent and not answered.</summary>
    public async Task<Settled> ResolveAsync(HeldPost held, Page page, NetworkAnswer answer)
    {
        await ShowAsync(held.Post.Workspace, page, answer);
        var asked = held.Attempt with { Asked = held.Attempt.Asked + 1 };
        return answer.Verdict switch
        {
            NetworkVerdict.Done => await PublishAsync(held, answer),
            NetworkVerdict.Refused => await RetryAsync(held, FailureTexts.Of(FailureCode.NOT_ARRIVED)),
            NetworkVerdict.Unknown =>
                await FailAsync(held, FailureTexts.Of(FailureCode.OUTCOME_UNKNOWN, answer.Message ?? held.Attempt.Failure?.Message)),
            _ when Delay(asked.Asked) is { } delay => await AskLaterAsync(held, asked, time.GetUtcNow() + delay),
            _ => await FailAsync(held, FailureTexts.Of(FailureCode.OUTCOME_UNKNOWN, held.Attempt.Failure?.Message)),
        };
    }

    /// <summary>Whoever made the attempt died before anything was sent: it is over, unless it is sent in this very moment.</summary>
    public Task InterruptAsync(HeldPost held) => RetryAsync(held, FailureTexts.Of(FailureCode.INTERRUPTED), ifUntouched: true);

    /// <summary>What came of the first comment.</summary>
    public async Task CommentAsync(Post post, FirstComment said)
    {
        if (await posts.ReadAsync(new(post.Workspace, post.Key), CancellationToken.None) is { Post.Publishing.Attempt: not null } known
            && await attempts.FindAsync(known, CancellationToken.None) is { } held)
        {
            await attempts.SettleAsync(held, held.Attempt with { FirstComment = said },
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
            // Also where somebody has given up on knowing, or meant to try again: it is there.
            post => post.Delivery is Delivery.Published ? null : post with
            {
                Delivery = Delivery.Published,
                PublishedLink = answer.Link,
                Publishing = post.Publishing! with { Until = hasComment ? now + settings.Lease : null, PublishedAt = now, Failure = null },
                Revision = post.Revision + 1,
                ModifiedAt = now,
            },
            PostAction.PUBLISHED);
        return new(isOurs, null);
    }

    async Task<Settled> FailAsync(HeldPost held, Failure failure, bool ifUntouched = false)
    {
        var now = time.GetUtcNow();
        var isOurs = await attempts.SettleAsync(
            held, held.Attempt with { State = AttemptState.FAILED, EndedAt = now, Failure = failure },
            post => post.Delivery is Delivery.Publishing ? Failed(post, failure, now) : null, PostAction.PUBLISH_FAILED, ifUntouched);
        return new(isOurs, null);
    }

    /// <summary>Another attempt is made later, unless this was the last; at once, where the network is not what it failed for.</summary>
    /// <param name="least">How long the network wants to be left alone.</param>
    async Task<Settled> RetryAsync(HeldPost held, Failure failure, TimeSpan? least = null, bool ifUntouched = false)
    {
        if (Delay(held.Post.Publishing!.Attempts) is not { } delay)
        {
            return await FailAsync(held, failure, ifUntouched);
        }
        var now = time.GetUtcNow();
        var at = now + (least is null ? default : delay > least ? delay : least.Value);
        var isOurs = await attempts.SettleAsync(
            held, held.Attempt with { State = AttemptState.FAILED, EndedAt = now, Failure = failure, RetryAt = at },
            post => post.Delivery is not Delivery.Publishing ? null
                : post with { Delivery = Delivery.None, Publishing = post.Publishing! with { Until = at, Failure = failure } },
            null, ifUntouched);
        return new(isOurs, at);
    }

    async Task<Settled> AskLaterAsync(HeldPost held, PublishAttempt attempt, DateTimeOffset at)
    {
        var isOurs = await attempts.SettleAsync(
            held, attempt, post =>
                post.Delivery is not Delivery.Publishing ? null : post with { Publishing = post.Publishing! with { Until = at } }, null);
        return new(isOurs, at);
    }

    /// <summary>What an answer says of the page, whatever was asked.</summary>
    async Task ShowAsync(string workspace, Page page, NetworkAnswer answer)
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
    }

    /// <summary>How long to wait after so many attempts; null where they were enough.</summary>
    TimeSpan? Delay(int attempts) => Backoff.Scheduled(settings.Retries, attempts);
}
