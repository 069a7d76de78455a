using Azure;
using Azure.Data.Tables;
using Planable.Pages;
using Planable.Storage;

namespace Planable.Posts;

/// <summary>
/// Whether a workspace's counters and index rows say what its posts do. Whatever changes which posts there are writes the counters' row too, so
/// what was read between two equal ETags of it belongs together, and a repair that finds the same ETag puts right what was read.
/// </summary>
sealed class PostCheck(Tables tables, PageStore pages)
{
    const int MostAttempts = 20, MostAtOnce = 90;

    public async Task<List<Finding>> RunAsync(string workspace, bool repair, CancellationToken cancel)
    {
        List<Finding> found = [];
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await ReadAsync(workspace, cancel) is not { } ground)
            {
                await Task.Delay(Random.Shared.Next(100), cancel);
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
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed)
            {
                // The app has changed something since: look again.
            }
        }
        return [.. found, new("workspace-busy", IdKind.Workspace.Format(workspace), "Its posts change faster than they can be checked; check again later.")];
    }

    /// <summary>Null where the posts changed meanwhile.</summary>
    async Task<Ground?> ReadAsync(string workspace, CancellationToken cancel)
    {
        var counters = await pages.CountersAsync(workspace, cancel);
        var (posts, teamOnly) = (0, 0);
        HashSet<string> wanted = new(StringComparer.Ordinal), there = new(StringComparer.Ordinal);
        await foreach (var row in tables.Content.RangeAsync(workspace, PostStore.Prefix, cancel: cancel))
        {
            var post = row.Read(StoredJson.Default.Post);
            (posts, teamOnly) = (posts + 1, teamOnly + (post.TeamOnly ? 1 : 0));
            wanted.UnionWith(PostStore.Rows(post).Skip(1).Select(index => index.RowKey));
        }
        foreach (var index in new[] { PostStore.ByPage, PostStore.ByCampaign })
        {
            await foreach (var row in tables.Content.RangeAsync(workspace, index, select: ["RowKey"], cancel: cancel))
            {
                there.Add(row.RowKey);
            }
        }
        return (await pages.CountersAsync(workspace, cancel)).ETag != counters.ETag ? null
            : new(counters, counters.Value with { Posts = posts, TeamOnlyPosts = teamOnly }, [.. wanted.Except(there)], [.. there.Except(wanted)]);
    }

    /// <param name="Right">What the counters should say.</param>
    /// <param name="Missing">Keys of index rows that posts lack.</param>
    /// <param name="Extra">Keys of index rows that lack their post.</param>
    sealed record Ground(CountersRow Counters, Counters Right, string[] Missing, string[] Extra)
    {
        public bool IsRight => Counters.Value == Right && Missing.Length + Extra.Length == 0;

        public Ground Take(int most) => this with { Missing = [.. Missing.Take(most)], Extra = [.. Extra.Take(most - Math.Min(most, Missing.Length))] };

        public IEnumerable<TableTransactionAction> Actions(string workspace) =>
        [
            Counters.Action(Right),
            .. Missing.Select(key => new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(workspace, key))),
            .. Extra.Select(key => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(workspace, key), ETag.All)),
        ];

        public IEnumerable<Finding> Findings(string workspace)
        {
            var id = IdKind.Workspace.Format(workspace);
            if (Counters.Value is var counted && counted != Right)
            {
                yield return new("counters-drift", id,
                    $"Counts {counted.Posts} posts, {counted.TeamOnlyPosts} for the team only; there are {Right.Posts} and {Right.TeamOnlyPosts}.");
            }
            foreach (var key in Missing)
            {
                yield return new("post-without-index", id, $"The index row {key} is missing.");
            }
            foreach (var key in Extra)
            {
                yield return new("index-without-post", id, $"The index row {key} is of no post.");
            }
        }
    }
}
