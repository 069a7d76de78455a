using Azure;
using Azure.Data.Tables;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>A post as read, and the ETag of its row; a write fails if the row has changed since.</summary>
sealed record StoredPost(Post Post, ETag ETag);

/// <summary>
/// Posts. Table content, partition = workspace: rows <c>post~</c>key, newest first because a key begins with inverted time; and the rows of
/// <see cref="PostIndex"/>.
/// </summary>
sealed class PostStore(Tables tables)
{
    const string Prefix = "post~";

    public static bool IsPost(TableEntity row) => row.RowKey.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<Post?> FindAsync(Id id, CancellationToken cancel) => (await ReadAsync(id, cancel))?.Post;

    public async Task<StoredPost?> ReadAsync(Id id, CancellationToken cancel) =>
        await tables.Content.FindAsync(id.Partition, Prefix + id.Key, cancel) is { } row ? Of(row) : null;

    /// <summary>The posts of a post's group, including the post itself.</summary>
    public ValueTask<List<StoredPost>> GroupAsync(Id id, CancellationToken cancel) =>
        RangeAsync(id.Partition, Ids.GroupOf(id.Key), cancel: cancel).ToListAsync(cancel);

    /// <summary>The posts of a workspace whose keys begin with <paramref name="prefix"/>, newest first.</summary>
    /// <param name="after">The key of a post; only posts after it are returned.</param>
    public IAsyncEnumerable<StoredPost> RangeAsync(
        string workspace, string prefix = "", string? after = null, int? take = null, CancellationToken cancel = default) =>
        tables.Content.RangeAsync(workspace, Prefix + prefix, after is null ? null : Prefix + after, take, cancel: cancel).Select(Of);

    /// <summary>A page of a workspace's posts, newest first. For skipped posts only the keys are read.</summary>
    public IAsyncEnumerable<StoredPost> NewestAsync(string workspace, int offset, int take, CancellationToken cancel) =>
        tables.Content.NewestAsync(workspace, Prefix, offset, take, cancel).Select(Of);

    /// <summary>Replaces a post if its ETag matches; returns the new ETag.</summary>
    /// <exception cref="RequestFailedException">See <see cref="StorageOutcome"/>.</exception>
    public async Task<ETag> UpdateAsync(Post post, ETag version, CancellationToken cancel) =>
        (await tables.Content.UpdateEntityAsync(Row(post), version, TableUpdateMode.Replace, cancel)).Headers.ETag!.Value;

    /// <summary>Adds posts of one group, and their index rows.</summary>
    public static IEnumerable<TableTransactionAction> Added(Post[] posts) =>
        posts.Select(Row).Concat(PostIndex.Of(posts)).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row));

    /// <summary>Writes changed posts of a group and their index rows, if the posts have not changed since they were read.</summary>
    /// <param name="group">The whole group, as read.</param>
    public static IEnumerable<TableTransactionAction> Moved(List<StoredPost> group, PostChange[] changes)
    {
        var after = group.Select(one => Array.Find(changes, change => change.Before == one.Post)?.After ?? one.Post).ToArray();
        var before = group.Select(one => one.Post).ToArray();
        var moves = PostIndex.Moves(before, after).ToArray();
        // The date row is shared by the group, so a change of it also checks the ETags of the unchanged posts.
        return group.Zip(after).Where(one => moves.Length > 0 || one.First.Post != one.Second)
            .Select(one => Changed(one.Second, one.First.ETag)).Concat(moves).Concat(PostIndex.Changes(before, after));
    }

    /// <summary>Replaces a post if its ETag matches.</summary>
    public static TableTransactionAction Changed(Post post, ETag version) =>
        new(TableTransactionActionType.UpdateReplace, Row(post), version);

    public static TableTransactionAction Deleted(StoredPost post) =>
        new(TableTransactionActionType.Delete, new TableEntity(post.Post.Workspace, Prefix + post.Post.Key), post.ETag);

    static StoredPost Of(TableEntity row) => new(row.Read(PostStoredJson.Default.Post), row.ETag);

    static TableEntity Row(Post post) => new TableEntity(post.Workspace, Prefix + post.Key).With(post, PostStoredJson.Default.Post);
}
