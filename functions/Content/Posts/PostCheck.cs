using Azure;
using Azure.Data.Tables;
using Planable.Content.Pages;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Whether a workspace's counters and index rows say what its posts do. Whatever changes which posts there are writes the counters' row
/// too, so counts that were read between two equal ETags of it belong together. What moves a post between indexes writes the post's row: an
/// index row that seems wrong is looked at again beside its post, and is repaired only while that post is as it was then.
/// </summary>
sealed class PostCheck(Tables tables, PostStore store, PageStore pages, TimeProvider time)
{
    const int MostAttempts = 20, MostAtOnce = 90;

    public async Task<List<Finding>> RunAsync(string workspace, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await ReadAsync(workspace, cancel) is not { } ground)
            {
                await Backoff.Contention.WaitAsync(attempt + 1, time, cancel);
                continue;
            }
            if (!repair || ground.IsRight)
            {
                return [.. found, .. ground.Findings(workspace)];
            }
            var batch = ground.Take(MostAtOnce);
            try
            {
                await tables.Content.SubmitTransactionAsync(batch.Actions(workspace), cancel);
                found.AddRange(batch.Findings(workspace).Select(one => one with { Repaired = true }));
                attempt = 0;
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
            {
                // The app has changed something since: look again.
            }
        }
        return [.. found, new(
            "workspace-busy", IdKind.Workspace.Format(workspace), "Its posts change faster than they can be checked; check again later.")];
    }

    /// <summary>Null where the posts changed meanwhile.</summary>
    async Task<Ground?> ReadAsync(string workspace, CancellationToken cancel)
    {
        var counters = await pages.CountersAsync(workspace, cancel);
        var (posts, teamOnly) = (0, 0);
        HashSet<string> wanted = new(StringComparer.Ordinal), there = new(StringComparer.Ordinal);
        await foreach (var (post, _) in store.RangeAsync(workspace, cancel: cancel).WithCancellation(cancel))
        {
            (posts, teamOnly) = (posts + 1, teamOnly + (post.TeamOnly ? 1 : 0));
            wanted.UnionWith(PostIndex.Of(post).Select(row => row.RowKey));
        }
        foreach (var index in PostIndex.All)
        {
            await foreach (var row in tables.Content.RangeAsync(workspace, index, select: ["RowKey"], cancel: cancel))
            {
                there.Add(row.RowKey);
            }
        }
        if ((await pages.CountersAsync(workspace, cancel)).ETag != counters.ETag)
        {
            return null;
        }
        List<IndexFault> faults = [];
        foreach (var key in wanted.Except(there).Concat(there.Except(wanted)))
        {
            var subjects = await store.RangeAsync(workspace, PostIndex.SubjectOf(key), cancel: cancel).ToArrayAsync(cancel);
            var isWanted = PostIndex.Of(subjects.Select(one => one.Post)).Any(row => row.RowKey == key);
            if (isWanted != await tables.Content.FindAsync(workspace, key, cancel) is not null)
            {
                faults.Add(new(key, isWanted, subjects));
            }
        }
        return new(counters, counters.Value with { Posts = posts, TeamOnlyPosts = teamOnly }, [.. faults]);
    }

    /// <param name="Key">Of an index row.</param>
    /// <param name="IsMissing">Whether a post lacks it; else it lacks its post.</param>
    /// <param name="Posts">The posts that it is about: one, those of a group, or none.</param>
    sealed record IndexFault(string Key, bool IsMissing, StoredPost[] Posts);

    /// <param name="Right">What the counters should say.</param>
    sealed record Ground(CountersRow Counters, Counters Right, IndexFault[] Faults)
    {
        public bool IsRight => Counters.Value == Right && Faults.Length == 0;

        /// <summary>As many faults as take this many rows.</summary>
        public Ground Take(int most)
        {
            var left = most;
            return this with { Faults = [.. Faults.TakeWhile(fault => (left -= 1 + fault.Posts.Length) >= 0)] };
        }

        public IEnumerable<TableTransactionAction> Actions(string workspace) =>
        [
            Counters.Action(Right),
            .. Faults.Select(fault => fault.IsMissing
                ? new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(workspace, fault.Key))
                : new(TableTransactionActionType.Delete, new TableEntity(workspace, fault.Key), ETag.All)),
            // Written as they are: it fails where a post was changed meanwhile.
            .. Faults.SelectMany(fault => fault.Posts).DistinctBy(one => one.Post.Key)
                .Select(one => PostStore.Changed(one.Post, one.ETag)),
        ];

        public IEnumerable<Finding> Findings(string workspace)
        {
            var id = IdKind.Workspace.Format(workspace);
            if (Counters.Value is var counted && counted != Right)
            {
                yield return new("counters-drift", id,
                    $"Counts {counted.Posts} posts, {counted.TeamOnlyPosts} for the team only; "
                    + $"there are {Right.Posts} and {Right.TeamOnlyPosts}.");
            }
            foreach (var fault in Faults)
            {
                yield return fault.IsMissing ? new("post-without-index", id, $"The index row {fault.Key} is missing.")
                    : new("index-without-post", id, $"The index row {fault.Key} is of no post.");
            }
        }
    }
}
