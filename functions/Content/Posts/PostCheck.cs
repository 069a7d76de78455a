using Azure;
using Azure.Data.Tables;
using Planable.Content.Pages;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Checks a workspace's counters and index rows against its posts. Every write that adds or deletes posts also writes the counters' row, so
/// counts read between two equal ETags of it are consistent. Every write that moves a post between indexes also writes the post's row: an
/// index row that seems wrong is read again together with its post, and is repaired only if that post has not changed since.
/// </summary>
sealed class PostCheck(Tables tables, PostStore store, PageStore pages, TimeProvider time)
{
    const int MostAttempts = 20, MostAtOnce = 90;

    public async Task<List<Finding>> RunAsync(string workspace, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await ReadAsync(workspace, cancel) is not { } check)
            {
                await Backoff.Contention.WaitAsync(attempt + 1, time, cancel);
                continue;
            }
            if (!repair || check.IsRight)
            {
                return [.. found, .. check.Findings(workspace)];
            }
            var batch = check.Take(MostAtOnce);
            try
            {
                await tables.Content.SubmitTransactionAsync(batch.Actions(workspace), cancel);
                found.AddRange(batch.Findings(workspace).Select(one => one with { Repaired = true }));
                attempt = 0;
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
            {
                // Something changed after it was read: check again.
            }
        }
        return [.. found, new(
            "workspace-busy", IdKind.Workspace.Format(workspace), "Its posts changed during the check. Run the check again later.")];
    }

    /// <summary>Null if posts were added or deleted during the read.</summary>
    async Task<CheckResult?> ReadAsync(string workspace, CancellationToken cancel)
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

    /// <param name="Key">The key of the index row.</param>
    /// <param name="IsMissing">True if a post lacks this row; false if the row has no post.</param>
    /// <param name="Posts">The posts that the row refers to: one, those of a group, or none.</param>
    sealed record IndexFault(string Key, bool IsMissing, StoredPost[] Posts);

    /// <param name="Right">What the counters should say.</param>
    sealed record CheckResult(CountersRow Counters, Counters Right, IndexFault[] Faults)
    {
        public bool IsRight => Counters.Value == Right && Faults.Length == 0;

        /// <summary>The first faults, as many as fit into this many rows.</summary>
        public CheckResult Take(int most)
        {
            var left = most;
            return this with { Faults = [.. Faults.TakeWhile(fault => (left -= 1 + fault.Posts.Length) >= 0)] };
        }

        public IEnumerable<TableTransactionAction> Actions(string workspace) =>
        [
            Counters.Action(Right),
            .. Faults.Select(fault => fault.IsMissing
                ? new TableTransactionAction(TableTransactionActionType.UpsertReplace,
                    PostIndex.Of(fault.Posts.Select(one => one.Post)).Single(row => row.RowKey == fault.Key))
                : new(TableTransactionActionType.Delete, new TableEntity(workspace, fault.Key), ETag.All)),
            // Posts are rewritten unchanged, so that the transaction fails if one was changed since.
            .. Faults.SelectMany(fault => fault.Posts).DistinctBy(one => one.Post.Key)
                .Select(one => PostStore.Changed(one.Post, one.ETag)),
        ];

        public IEnumerable<Finding> Findings(string workspace)
        {
            var id = IdKind.Workspace.Format(workspace);
            if (Counters.Value is var counted && counted != Right)
            {
                yield return new("counters-drift", id,
                    $"The counters say {counted.Posts} posts, {counted.TeamOnlyPosts} of them team-only; "
                    + $"there are {Right.Posts} and {Right.TeamOnlyPosts}.");
            }
            foreach (var fault in Faults)
            {
                yield return fault.IsMissing ? new("post-without-index", id, $"The index row {fault.Key} is missing.")
                    : new("index-without-post", id, $"The index row {fault.Key} belongs to no post.");
            }
        }
    }
}
