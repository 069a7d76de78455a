using Azure.Data.Tables;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>
/// The upgrade from version 2, in which a post's row was one document, and the index rows, <c>by-page~</c>, <c>by-campaign~</c> and
/// <c>by-date~</c>, had keys only.
/// </summary>
sealed class UpgradeFrom2(Tables tables) : IUpgrade
{
    const string Posts = "post~", Indexes = "by-";

    /// <summary>Rows of a transaction: a group of 20 needs at most 81, and two groups of large posts could have too many bytes.</summary>
    const int MostRows = 85;

    static readonly string[] Keys = ["PartitionKey", "RowKey"];

    public int From => 2;

    public async Task<IReadOnlyList<string>> RunAsync(Action<string?> show, CancellationToken cancel)
    {
        show("Upgrading from version 2: posts");
        var count = 0;
        List<TableTransactionAction> batch = [];
        List<Post> group = [];
        await foreach (var row in tables.Content.RangeEverywhereAsync(Posts, null, cancel))
        {
            var post = PostStore.Of(row).Post;
            if (group is [var first, ..] && (first.Workspace, Ids.GroupOf(first.Key)) != (post.Workspace, Ids.GroupOf(post.Key)))
            {
                await AddAsync();
            }
            group.Add(post);
            count++;
        }
        await AddAsync();
        await WriteAsync();
        show("Upgrading from version 2: old index rows");
        await foreach (var rows in tables.Content.RangeEverywhereAsync(Indexes, Keys, cancel).Chunk(MostRows).WithCancellation(cancel))
        {
            foreach (var some in rows.GroupBy(row => row.PartitionKey, StringComparer.Ordinal))
            {
                await tables.Content.DeleteAllAsync([.. some], cancel);
            }
        }
        return [$"{count} posts have copies in the index rows of their lists now."];

        async Task AddAsync()
        {
            var writes = PostStore.Added(group)
                .Select(one => new TableTransactionAction(TableTransactionActionType.UpsertReplace, one.Entity)).ToArray();
            group.Clear();
            if (batch.Count + writes.Length > MostRows || (batch is [var first, ..] && writes is [var next, ..]
                && first.Entity.PartitionKey != next.Entity.PartitionKey))
            {
                await WriteAsync();
            }
            batch.AddRange(writes);
        }

        async Task WriteAsync()
        {
            if (batch.Count > 0)
            {
                await tables.Content.SubmitTransactionAsync(batch, cancel);
                batch.Clear();
            }
        }
    }
}
