using Azure;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Events;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Sets the grid positions of many posts. They can be more than a transaction holds, so the order is first committed as a job and then
/// rolled forward by the call itself or, if the call ends early, by the queue. If two concurrent orders contain the same post, the later
/// request wins.
/// </summary>
sealed class PostReorder(Tables tables, Outbox outbox, PostStore posts, EventLog events, TimeProvider time) : IEventHandler
{
    public const string Reordered = "posts-reordered";

    /// <summary>Posts per transaction: each needs at most six of its 100 rows.</summary>
    const int AtOnce = 16;

    /// <summary>How long the call itself rolls the order forward; it must still answer before its deadline.</summary>
    static readonly TimeSpan LongestRoll = Limits.Deadline / 2;

    /// <param name="wanted">Ids of posts of the workspace, in the new order.</param>
    public async Task<Outcome<Data<ReorderedPosts>>> ReorderAsync(
        Workspace workspace, Caller caller, IReadOnlyList<Id> wanted, OperationId operation, CancellationToken cancel)
    {
        var job = new DomainEvent(Reordered,
            string.Join('~', [workspace.Key, Ids.NewKey(time), caller.Creator.Key, caller.TokenId, .. wanted.Select(post => post.Key)]));
        var (answer, problem) = await outbox.CommitAsync(
            tables.Content, workspace.Key, operation, PostApiJson.Default.DataReorderedPosts, PrepareAsync, cancel, job);
        if (problem is not null)
        {
            return problem;
        }
        if (operation.Replayed)
        {
            // The first call or the queue rolls it forward. Doing so again could undo a later order.
            return answer!;
        }
        using var limit = new CancellationTokenSource(LongestRoll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await HandleAsync(job, time.GetUtcNow(), either.Token);
            await Outbox.CompleteAsync(tables.Content, workspace.Key, operation.Name, either.Token);
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e) || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // It is committed, and the queue finishes it.
        }
        return answer!;

        async Task<Outcome<Commit<Data<ReorderedPosts>>>> PrepareAsync()
        {
            var found = await wanted.EachAsync(posts.FindAsync, cancel, Limits.PageSize);
            return Array.FindIndex(found, post => post is null || !caller.Sees(post)) is >= 0 and var missing
                ? Problems.NotFound("post", $"postIds[{missing}]")
                : new Commit<Data<ReorderedPosts>>(new(new([.. found.Select((post, place) => new PostPosition(post!.Id, place))])), []);
        }
    }

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (happened.Subject.Split('~') is not [var workspace, var order, var user, var token, .. var places])
        {
            throw new InvalidDataException("The subject of a posts-reordered event is malformed.");
        }
        foreach (var some in places.Index().Chunk(AtOnce))
        {
            for (var attempt = 1; !await PlaceAsync(some); attempt++)
            {
                await Backoff.Contention.WaitAsync(attempt, time, cancel);
            }
        }
        return null;

        // False if one of the posts was changed after it was read.
        async Task<bool> PlaceAsync((int Place, string Key)[] some)
        {
            var now = time.GetUtcNow();
            var rows = await some.EachAsync(
                async (one, stop) => (one.Place, Known: await posts.ReadAsync(new(workspace, one.Key), stop)), cancel, AtOnce);
            var moved = (from one in rows
                         where one.Known is { Post.GridOrder: var last } && (last is null || string.CompareOrdinal(order, last) < 0)
                         select new PostWrite(
                             one.Known, one.Known!.Post with { GridPosition = one.Place, GridOrder = order, ModifiedAt = now })).ToArray();
            if (moved.Length == 0)
            {
                return true;
            }
            var told = await events.DraftAsync(
                workspace, moved.Select(one => PostEvents.Of(one.After!, EventTypes.PostUpdated, ["gridPosition"])), cancel, user);
            try
            {
                await tables.Content.SubmitTransactionAsync(
                    [
                        .. PostStore.Written(moved),
                        .. moved.Select(one => one.After!.Key).GroupBy(Ids.GroupOf, StringComparer.Ordinal).Select(group =>
                            ActivityFeed.Row(workspace, user, token, Ids.NewKey(time), now, PostAction.UPDATED,
                                [.. group], fields: ["gridPosition"])),
                        .. told,
                    ], cancel);
                return true;
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
            {
                return false;
            }
        }
    }
}
