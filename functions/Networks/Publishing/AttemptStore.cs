using Azure;
using Azure.Data.Tables;
using Planable.Content.Activity;
using Planable.Content.Posts;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>A post as somebody has it for itself, and the attempt it is having.</summary>
sealed record HeldPost(Post Post, ETag ETag, PublishAttempt Attempt, ETag AttemptETag);

/// <summary>
/// Attempts at publishing. Table content, partition = workspace: rows <c>attempt~</c>post<c>~</c>key, newest first. A post and its attempt
/// change together, but for the step to <see cref="AttemptState.SENDING"/>, which is the attempt's alone: whoever is slow to make it finds
/// that the attempt was taken over.
/// </summary>
sealed class AttemptStore(Tables tables, PostStore posts, TimeProvider time) : IEventHandler
{
    const string Prefix = "attempt~";


    public IAsyncEnumerable<PublishAttempt> ListAsync(Id post, CancellationToken cancel) =>
        tables.Content.RangeAsync(post.Partition, Of(post.Key), cancel: cancel)
            .Select(row => row.Read(PublishingStoredJson.Default.PublishAttempt));

    /// <summary>Adds attempts at posts that come with a past, and what the feed tells of them.</summary>
    public Task ImportAsync(
        string workspace, IEnumerable<(Post Post, PublishAttempt Attempt, PostAction? Activity)> past, CancellationToken cancel) =>
        tables.Content.SubmitTransactionAsync(past.SelectMany(one => (TableTransactionAction[])
            [new(TableTransactionActionType.Add, Row(one.Post, one.Attempt)),
                .. Activities(one.Post, one.Attempt, one.Attempt.Key, one.Activity)]),
                cancel);

    static string Of(string post) => $"{Prefix}{post}~";

    /// <summary>The post with the attempt that it names.</summary>
    public async Task<HeldPost?> FindAsync(StoredPost stored, CancellationToken cancel) =>
        await tables.Content.FindAsync(
            stored.Post.Workspace, Of(stored.Post.Key) + stored.Post.Publishing!.Attempt, cancel) is { } attempt
            ? new(stored.Post, stored.ETag, attempt.Read(PublishingStoredJson.Default.PublishAttempt), attempt.ETag) : null;

    /// <summary>Takes a post for an attempt, if it is still as it was read; null where it is not.</summary>
    /// <param name="activity">What the feed tells of it, where the attempt ends at once.</param>
    public async Task<HeldPost?> BeginAsync(StoredPost read, Post taken, PublishAttempt attempt, PostAction? activity = null)
    {
        try
        {
            var written = await tables.Content.SubmitTransactionAsync(
                [PostStore.Changed(taken, read.ETag), new(TableTransactionActionType.Add, Row(taken, attempt)),
                    .. Activities(taken, attempt, Ids.NewKey(time), activity)],
                CancellationToken.None);
            return new(taken, written.Value[0].Headers.ETag!.Value, attempt, written.Value[1].Headers.ETag!.Value);
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            // It may have been us.
            return await posts.ReadAsync(new(taken.Workspace, taken.Key), CancellationToken.None) is { } known
                && known.Post.Publishing?.Attempt == attempt.Key
                ? await FindAsync(known, CancellationToken.None) : null;
        }
    }

    /// <summary>
    /// Makes it known, before it happens, that the request that publishes goes out.
    /// False where the attempt is not ours any more.
    /// </summary>
    public async Task<(bool IsOurs, PublishAttempt Attempt)> MarkSendingAsync(HeldPost held)
    {
        var sending = held.Attempt with { State = AttemptState.SENDING, SentAt = time.GetUtcNow() };
        try
        {
            await tables.Content.UpdateEntityAsync(
                Row(held.Post, sending), held.AttemptETag, TableUpdateMode.Replace, CancellationToken.None);
            return (true, sending);
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            // Nobody but us takes this step.
            var known = await tables.Content.FindAsync(held.Post.Workspace, Of(held.Post.Key) + held.Attempt.Key, CancellationToken.None);
            return (known?.Read(PublishingStoredJson.Default.PublishAttempt).State is AttemptState.SENDING, sending);
        }
    }

    /// <summary>Has a post for itself that somebody else had, if it is still as it was read; null where it is not.</summary>
    public async Task<HeldPost?> TakeOverAsync(HeldPost held, DateTimeOffset until)
    {
        var taken = held.Post with { Publishing = held.Post.Publishing! with { Until = until } };
        try
        {
            return held with { Post = taken, ETag = await posts.UpdateAsync(taken, held.ETag, CancellationToken.None) };
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            return null;
        }
    }

    /// <summary>Holds a post for longer. False where the post is not ours any more.</summary>
    public async Task<bool> RenewAsync(HeldPost held, DateTimeOffset until)
    {
        if (await posts.ReadAsync(
            new(held.Post.Workspace, held.Post.Key), CancellationToken.None) is not { Post.Delivery: Delivery.Publishing } known
            || known.Post.Publishing?.Attempt != held.Attempt.Key)
        {
            return false;
        }
        var renewed = known.Post with { Publishing = known.Post.Publishing with { Until = until } };
        await posts.UpdateAsync(renewed, known.ETag, CancellationToken.None);
        return true;
    }

    /// <summary>Removes a deleted post's attempts. No more can come, for each changes the post's row.</summary>
    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (IdKind.Post.TryParse(happened.Subject, out var post))
        {
            await tables.Content.DeleteAllAsync(post.Partition, Of(post.Key), cancel);
        }
        return null;
    }

    /// <summary>
    /// Writes what became of an attempt, and of its post with it, whatever else of the post has changed meanwhile. False where the post is
    /// gone, or another attempt's, or where somebody has come first.
    /// </summary>
    /// <param name="change">What becomes of the post; null where somebody has come first.</param>
    /// <param name="activity">What the feed tells of it, if anything.</param>
    /// <param name="ifUntouched">Whether the attempt must still be as it was read.</param>
    public async Task<bool> SettleAsync(
        HeldPost held, PublishAttempt attempt, Func<Post, Post?> change, PostAction? activity, bool ifUntouched = false)
    {
        var (key, etag, post) = (Ids.NewKey(time), held.ETag, held.Post);
        for (var tries = 1; change(post) is { } changed; tries++)
        {
            try
            {
                await tables.Content.SubmitTransactionAsync(
                    [
                        PostStore.Changed(changed, etag),
                        ifUntouched ? new(TableTransactionActionType.UpdateReplace, Row(post, attempt), held.AttemptETag)
                            : new(TableTransactionActionType.UpsertReplace, Row(post, attempt)),
                        .. Activities(post, attempt, key, activity),
                    ], CancellationToken.None);
                return true;
            }
            catch (Exception e) when (StorageOutcome.IsUnsettled(e))
            {
                await Backoff.Contention.WaitAsync(tries, time, CancellationToken.None);
            }
            if (await posts.ReadAsync(new(post.Workspace, post.Key), CancellationToken.None) is not { } known
                || known.Post.Publishing?.Attempt != held.Post.Publishing?.Attempt
                || (ifUntouched && (await FindAsync(known, CancellationToken.None))?.AttemptETag != held.AttemptETag))
            {
                return false;
            }
            (etag, post) = (known.ETag, known.Post);
        }
        return false;
    }

    TableTransactionAction[] Activities(Post post, PublishAttempt attempt, string key, PostAction? activity) =>
        activity is not { } action ? []
        : [ActivityFeed.Row(
            post.Workspace, null, null, key, attempt.EndedAt ?? time.GetUtcNow(), action, [post.Key], note: attempt.Failure?.Message)];

    static TableEntity Row(Post post, PublishAttempt attempt) =>
        new TableEntity(post.Workspace, Of(post.Key) + attempt.Key).With(attempt, PublishingStoredJson.Default.PublishAttempt);
}
