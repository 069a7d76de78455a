using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Planable.Content.Pages;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Checks a workspace's counters and index rows, with their copies, against its posts. Every write that adds or deletes posts also writes
/// the counters' row, so counts read between two equal ETags of it are consistent. Every write of what an index row says also writes the
/// rows of its posts: an index row that seems wrong is read again together with its posts, and is repaired only if they have not changed
/// since.
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
        Dictionary<string, string> wanted = new(StringComparer.Ordinal), there = new(StringComparer.Ordinal);
        List<StoredPost> group = [];
        await foreach (var one in store.RangeAsync(workspace, cancel: cancel).WithCancellation(cancel))
        {
            (posts, teamOnly) = (posts + 1, teamOnly + (one.Post.TeamOnly ? 1 : 0));
            if (group is [var first, ..] && Ids.GroupOf(first.Post.Key) != Ids.GroupOf(one.Post.Key))
            {
                AddWanted();
            }
            group.Add(one);
        }
        AddWanted();
        await foreach (var row in tables.Content.RangeAsync(workspace, PostIndex.Prefix, cancel: cancel))
        {
            there[row.RowKey] = Digest(row);
        }
        if ((await pages.CountersAsync(workspace, cancel)).ETag != counters.ETag)
        {
            return null;
        }
        List<IndexFault> faults = [];
        foreach (var key in wanted.Keys.Union(there.Keys).Where(key => wanted.GetValueOrDefault(key) != there.GetValueOrDefault(key)))
        {
            if (await FaultAsync(workspace, key, cancel) is { } fault)
            {
                faults.Add(fault);
            }
        }
        return new(counters, counters.Value with { Posts = posts, TeamOnlyPosts = teamOnly }, [.. faults]);

        void AddWanted()
        {
            foreach (var row in PostIndex.Rows(group))
            {
                wanted[row.RowKey] = Digest(row);
            }
            group.Clear();
        }

        static string Digest(TableEntity row) =>
            Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(PostIndex.Describe(row))));
    }

    /// <summary>What is wrong with an index row; null if nothing is.</summary>
    async Task<IndexFault?> FaultAsync(string workspace, string key, CancellationToken cancel)
    {
        while (true)
        {
            var found = await tables.Content.FindAsync(workspace, key, cancel);
            var posts = await store.RangeAsync(workspace, PostIndex.GroupOf(key), cancel: cancel).ToArrayAsync(cancel);
            // If the row changed meanwhile, so did a post.
            if ((await tables.Content.FindAsync(workspace, key, cancel))?.ETag == found?.ETag)
            {
                var right = PostIndex.Rows(posts).FirstOrDefault(row => row.RowKey == key);
                return Describe(found) == Describe(right) ? null : new(key, found is not null, right, posts);
            }
        }

        static string? Describe(TableEntity? row) => row is null ? null : PostIndex.Describe(row);
    }

    /// <param name="Key">The key of the index row.</param>
    /// <param name="IsThere">Whether there is such a row.</param>
    /// <param name="Right">The row as it should be; null if it belongs to no post.</param>
    /// <param name="Posts">The posts of the row's group.</param>
    sealed record IndexFault(string Key, bool IsThere, TableEntity? Right, StoredPost[] Posts)
    {
        public TableTransactionAction Repair(string workspace) => Right is null
            ? new(TableTransactionActionType.Delete, new TableEntity(workspace, Key), ETag.All)
            : new(TableTransactionActionType.UpsertReplace, Right);

        public Finding Finding(string workspace) => Right is null
            ? new("index-without-post", workspace, $"The index row {Key} belongs to no post.")
            : IsThere ? new("copy-differs", workspace, $"The index row {Key} does not agree with its posts.")
            : new("post-without-index", workspace, $"The index row {Key} is missing.");
    }

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
            .. Faults.Select(fault => fault.Repair(workspace)),
            .. Faults.SelectMany(fault => fault.Posts).DistinctBy(one => one.Post.Key).Select(PostStore.Unchanged),
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
                yield return fault.Finding(id);
            }
        }
    }
}
