using Azure;
using Azure.Data.Tables;
using Planable.Content.Activity;
using Planable.Content.Events;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>A post and its current attempt, each with the ETag it was read with.</summary>
sealed record HeldPost(Post Post, ETag ETag, PublishAttempt Attempt, ETag AttemptETag)
{
    /// <summary>As its network's client gets it.</summary>
    public Publication On(Page page, NetworkGrant? grant, PublicationFiles files) => new(page, Post, Attempt.Key, grant)
    {
        Files = files.Of(Post),
        Thumbnail = files.ThumbnailOf(Post),
        Handle = Attempt.Handle,
        SentAt = Attempt.SentAt,
    };
}

/// <summary>
/// Publish attempts. Table content, partition = workspace: rows <c>attempt~</c>post<c>~</c>key, newest first. A post and its attempt change
/// in one transaction, except for the step to <see cref="AttemptState.SENDING"/>, which changes only the attempt: that write fails if
/// another worker has ended the attempt.
/// </summary>
sealed class AttemptStore(Tables tables, PostStore posts, EventLog events, TimeProvider time) : IEventHandler
{
    const string Prefix = "attempt~";


    public IAsyncEnumerable<PublishAttempt> ListAsync(Id post, CancellationToken cancel) =>
        tables.Content.RangeAsync(post.Partition, RowPrefix(post.Key), cancel: cancel)
            .Select(row => row.Read(PublishingStoredJson.Default.PublishAttempt));

    /// <summary>Adds the past attempts of imported posts, with their feed entries.</summary>
    public Task ImportAsync(
        string workspace, IEnumerable<(Post Post, PublishAttempt Attempt, PostAction? Activity)> past, CancellationToken cancel) =>
        tables.Content.SubmitTransactionAsync(past.SelectMany(one => (TableTransactionAction[])
            [new(TableTransactionActionType.Add, Row(one.Post, one.Attempt)),
                .. Activities(one.Post, one.Attempt, one.Attempt.Key, one.Activity)]),
                cancel);

    static string RowPrefix(string post) => $"{Prefix}{post}~";

    /// <summary>The post with its current attempt; null if the attempt's row is missing.</summary>
    public async Task<HeldPost?> FindAsync(StoredPost stored, CancellationToken cancel) =>
        await tables.Content.FindAsync(
            stored.Post.Workspace, RowPrefix(stored.Post.Key) + stored.Post.Publishing!.Attempt, cancel) is { } attempt
            ? new(stored.Post, stored.ETag, attempt.Read(PublishingStoredJson.Default.PublishAttempt), attempt.ETag) : null;

    /// <summary>Starts an attempt, if the post is unchanged since it was read; null otherwise.</summary>
    /// <param name="activity">The feed entry to add, if the attempt ends at once.</param>
    public async Task<HeldPost?> BeginAsync(StoredPost read, Post taken, PublishAttempt attempt, PostAction? activity = null)
    {
        try
        {
            var written = await tables.Content.SubmitTransactionAsync(
                [new(TableTransactionActionType.Add, Row(taken, attempt)), .. PostStore.Changed(read, taken),
                    .. Activities(taken, attempt, Ids.NewKey(time), activity), .. await EventsAsync(taken, activity)],
                CancellationToken.None);
            return new(taken, written.Value[1].Headers.ETag!.Value, attempt, written.Value[0].Headers.ETag!.Value);
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            // Our own write may have succeeded.
            return await posts.ReadAsync(new(taken.Workspace, taken.Key), CancellationToken.None) is { } known
                && known.Post.Publishing?.Attempt == attempt.Key
                ? await FindAsync(known, CancellationToken.None) : null;
        }
    }

    /// <summary>
    /// Stores that the publishing request is about to be sent, and its handle. Null if the attempt is no longer ours: of two workers with
    /// the same attempt only one gets it.
    /// </summary>
    public async Task<HeldPost?> MarkSendingAsync(HeldPost held, string? handle)
    {
        var sending = held.Attempt with
        {
            State = AttemptState.SENDING,
            SentAt = time.GetUtcNow(),
            Handle = handle ?? held.Attempt.Handle,
            Sender = Base32.NewName()[..8],
        };
        try
        {
            var written = await tables.Content.UpdateEntityAsync(
                Row(held.Post, sending), held.AttemptETag, TableUpdateMode.Replace, CancellationToken.None);
            return held with { Attempt = sending, AttemptETag = written.Headers.ETag!.Value };
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            return await tables.Content.FindAsync(
                held.Post.Workspace, RowPrefix(held.Post.Key) + held.Attempt.Key, CancellationToken.None) is { } row
                && row.Read(PublishingStoredJson.Default.PublishAttempt) is { } known && known.Sender == sending.Sender
                ? held with { Attempt = known, AttemptETag = row.ETag } : null;
        }
    }

    /// <summary>Takes over a post from another worker, if it is unchanged since it was read; null otherwise.</summary>
    public async Task<HeldPost?> TakeOverAsync(HeldPost held, DateTimeOffset until)
    {
        var taken = held.Post with { Publishing = held.Post.Publishing! with { Until = until } };
        try
        {
            return held with { Post = taken, ETag = await posts.UpdateAsync(new(held.Post, held.ETag), taken, CancellationToken.None) };
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            return null;
        }
    }

    /// <summary>Renews the lease on a post. False if the post is no longer ours.</summary>
    public async Task<bool> RenewAsync(HeldPost held, DateTimeOffset until)
    {
        if (await posts.ReadAsync(
            new(held.Post.Workspace, held.Post.Key), CancellationToken.None) is not { Post.Delivery: Delivery.Publishing } known
            || known.Post.Publishing?.Attempt != held.Attempt.Key)
        {
            return false;
        }
        var renewed = known.Post with { Publishing = known.Post.Publishing with { Until = until } };
        await posts.UpdateAsync(known, renewed, CancellationToken.None);
        return true;
    }

    /// <summary>Deletes a deleted post's attempts. No more can follow, because each one changes the post's row.</summary>
    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (IdKind.Post.TryParse(happened.Subject, out var post))
        {
            await tables.Content.DeleteAllAsync(post.Partition, RowPrefix(post.Key), cancel);
        }
        return null;
    }

    /// <summary>
    /// Writes the outcome of an attempt and the change of its post, and retries if the post was changed meanwhile. False if the post is
    /// gone, has another attempt, or was settled by another worker first.
    /// </summary>
    /// <param name="change">The change of the post; returns null if another worker was first.</param>
    /// <param name="activity">The feed entry to add, if any.</param>
    /// <param name="ifUnchanged">Whether the attempt must be unchanged since it was read.</param>
    public async Task<bool> SettleAsync(
        HeldPost held, PublishAttempt attempt, Func<Post, Post?> change, PostAction? activity, bool ifUnchanged = false)
    {
        var (key, etag, post) = (Ids.NewKey(time), held.ETag, held.Post);
        for (var tries = 1; change(post) is { } changed; tries++)
        {
            try
            {
                await tables.Content.SubmitTransactionAsync(
                    [
                        .. await posts.ChangedAsync(new(post, etag), changed, CancellationToken.None),
                        ifUnchanged ? new(TableTransactionActionType.UpdateReplace, Row(post, attempt), held.AttemptETag)
                            : new(TableTransactionActionType.UpsertReplace, Row(post, attempt)),
                        .. Activities(post, attempt, key, activity), .. await EventsAsync(changed, activity),
                    ], CancellationToken.None);
                return true;
            }
            catch (Exception e) when (StorageOutcome.IsUnsettled(e))
            {
                await Backoff.Contention.WaitAsync(tries, time, CancellationToken.None);
            }
            if (await posts.ReadAsync(new(post.Workspace, post.Key), CancellationToken.None) is not { } known
                || known.Post.Publishing?.Attempt != held.Post.Publishing?.Attempt
                || (ifUnchanged && (await FindAsync(known, CancellationToken.None))?.AttemptETag != held.AttemptETag))
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

    Task<TableTransactionAction[]> EventsAsync(Post post, PostAction? activity) => events.DraftAsync(post.Workspace, activity switch
    {
        PostAction.PUBLISHED => [PostEvents.Of(post, EventTypes.PostPublished)],
        PostAction.PUBLISH_FAILED => [PostEvents.Of(post, EventTypes.PublishFailed)],
        _ => [],
    }, CancellationToken.None);

    static TableEntity Row(Post post, PublishAttempt attempt) =>
        new TableEntity(post.Workspace, RowPrefix(post.Key) + attempt.Key).With(attempt, PublishingStoredJson.Default.PublishAttempt);
}
