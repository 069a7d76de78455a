using Azure;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Gives many posts their places in the grid: more than a transaction holds, so the order is committed as a job first and then rolled forward, by the call
/// itself or, where that ends half-way, by the queue. Of two orders at once the one that was asked for later holds for the posts they share.
/// </summary>
sealed class PostReorder(Tables tables, Commits commits, PostStore posts, TimeProvider time) : IFollowUp
{
    public const string Kind = "reorder";

    /// <summary>Posts a transaction: each takes two of its hundred rows.</summary>
    const int AtOnce = 45;

    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the call rolls it forward: what was committed must be told within the call's time.</summary>
    static readonly TimeSpan LongestRoll = Limits.Deadline / 2;

    /// <param name="wanted">Ids of posts of the workspace, the first in the first place.</param>
    public async Task<Outcome<Data<ReorderedPosts>>> ReorderAsync(
        Workspace workspace, Caller caller, IReadOnlyList<Id> wanted, WriteId write, CancellationToken cancel)
    {
        var job = new FollowUp(Kind, string.Join('~', [workspace.Key, Ids.NewOwn(time), caller.Creator.Key, caller.TokenId, .. wanted.Select(post => post.Own)]));
        var (answer, problem) = await commits.CommitAsync(
            tables.Content, workspace.Key, write, ApiJson.Default.DataReorderedPosts, PrepareAsync, cancel, job);
        if (problem is not null)
        {
            return problem;
        }
        if (write.Replayed)
        {
            // It was rolled forward then, or the queue does; others may have come since.
            return answer!;
        }
        using var limit = new CancellationTokenSource(LongestRoll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await CommittedAsync(job, time.GetUtcNow(), either.Token);
            await Commits.CloseAsync(tables.Content, workspace.Key, write.Record, either.Token);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            // It is committed, and the queue goes on with it.
        }
        return answer!;

        async Task<Outcome<Draft<Data<ReorderedPosts>>>> PrepareAsync()
        {
            var found = await wanted.EachAsync(posts.FindAsync, cancel, Limits.PageSize);
            return Array.FindIndex(found, post => post is null || !caller.Sees(post)) is >= 0 and var missing
                ? Problems.NotFound("post", $"postIds[{missing}]")
                : new Draft<Data<ReorderedPosts>>(new(new([.. found.Select((post, place) => new PostPosition(post!.Id, place))])), []);
        }
    }

    public async Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel)
    {
        if (followUp.Subject.Split('~') is not [var workspace, var order, var user, var token, .. var places])
        {
            throw new InvalidDataException("A message about an order of posts names none.");
        }
        foreach (var some in places.Index().Chunk(AtOnce))
        {
            while (!await PlaceAsync(some))
            {
                await Task.Delay(Random.Shared.NextDouble() * LongestPause, time, cancel);
            }
        }
        return null;

        // False where somebody changed one of them meanwhile.
        async Task<bool> PlaceAsync((int Place, string Own)[] some)
        {
            var now = time.GetUtcNow();
            var rows = await some.EachAsync(async (one, stop) => (one.Place, Known: await posts.RowAsync(new(workspace, one.Own), stop)), cancel, AtOnce);
            var moved = (from one in rows
                         where one.Known is { Post.GridOrder: var last } && (last is null || string.CompareOrdinal(order, last) < 0)
                         select (one.Known!.Value.Row, Post: one.Known.Value.Post with { GridPosition = one.Place, GridOrder = order, ModifiedAt = now })).ToArray();
            if (moved.Length == 0)
            {
                return true;
            }
            try
            {
                await tables.Content.SubmitTransactionAsync(
                    [
                        .. moved.Select(one => PostStore.Change(one.Row, one.Post)),
                        .. moved.GroupBy(one => Ids.GroupOf(one.Post.Own), StringComparer.Ordinal).Select(group => ActivityFeed.Row(
                            workspace, user, token, Ids.NewOwn(time), now, PostAction.UPDATED, [.. group.Select(one => one.Post.Own)], fields: ["gridPosition"])),
                    ], cancel);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                return false;
            }
        }
    }

    public Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel) => Task.CompletedTask;
}
