using Azure;
using Azure.Data.Tables;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>A post as it was read, and the version of its row: a write fails where the row has another by then.</summary>
sealed record StoredPost(Post Post, ETag ETag);

/// <summary>
/// Posts. Table content, partition = workspace: row <c>post~</c>key, newest first because a key begins with inverted time; beside it
/// the rows of <see cref="PostIndex"/>.
/// </summary>
sealed class PostStore(Tables tables)
{
    const string Prefix = "post~";

    public static bool IsPost(TableEntity row) => row.RowKey.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<Post?> FindAsync(Id id, CancellationToken cancel) => (await ReadAsync(id, cancel))?.Post;

    public async Task<StoredPost?> ReadAsync(Id id, CancellationToken cancel) =>
        await tables.Content.FindAsync(id.Partition, Prefix + id.Key, cancel) is { } row ? Of(row) : null;

    /// <summary>The posts of the group that a post is in, the post itself among them.</summary>
    public ValueTask<List<StoredPost>> GroupAsync(Id id, CancellationToken cancel) =>
        RangeAsync(id.Partition, Ids.GroupOf(id.Key), cancel: cancel).ToListAsync(cancel);

    /// <summary>The posts of a workspace whose keys begin with <paramref name="prefix"/>, newest first.</summary>
    /// <param name="after">The key of a post: only those that come after it.</param>
    public IAsyncEnumerable<StoredPost> RangeAsync(
        string workspace, string prefix = "", string? after = null, int? take = null, CancellationToken cancel = default) =>
        tables.Content.RangeAsync(workspace, Prefix + prefix, after is null ? null : Prefix + after, take, cancel: cancel).Select(Of);

    /// <summary>A part of a workspace's posts, newest first; those that are skipped are counted by their keys alone.</summary>
    public IAsyncEnumerable<StoredPost> NewestAsync(string workspace, int offset, int take, CancellationToken cancel) =>
        tables.Content.NewestAsync(workspace, Prefix, offset, take, cancel).Select(Of);

    /// <summary>Writes a post over one with this version; the version it then has.</summary>
    /// <exception cref="RequestFailedException">See <see cref="StorageOutcome"/>.</exception>
    public async Task<ETag> UpdateAsync(Post post, ETag version, CancellationToken cancel) =>
        (await tables.Content.UpdateEntityAsync(Row(post), version, TableUpdateMode.Replace, cancel)).Headers.ETag!.Value;

    /// <summary>Adds posts of one group, and their index rows.</summary>
    public static IEnumerable<TableTransactionAction> Added(Post[] posts) =>
        posts.Select(Row).Concat(PostIndex.Of(posts)).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row));

    /// <summary>Moves posts of a group to where they belong now, if they are still as they were read.</summary>
    /// <param name="group">All of it, as it was read.</param>
    public static IEnumerable<TableTransactionAction> Moved(List<StoredPost> group, PostChange[] changes)
    {
        var after = group.Select(one => Array.Find(changes, change => change.Before == one.Post)?.After ?? one.Post).ToArray();
        var moves = PostIndex.Moves([.. group.Select(one => one.Post)], after).ToArray();
        // The row of a date is the group's: who moves it must have seen the others as they are.
        return group.Zip(after).Where(one => moves.Length > 0 || one.First.Post != one.Second)
            .Select(one => Changed(one.Second, one.First.ETag)).Concat(moves);
    }

    /// <summary>Writes a post over one with this version.</summary>
    public static TableTransactionAction Changed(Post post, ETag version) =>
        new(TableTransactionActionType.UpdateReplace, Row(post), version);

    public static TableTransactionAction Deleted(StoredPost post) =>
        new(TableTransactionActionType.Delete, new TableEntity(post.Post.Workspace, Prefix + post.Post.Key), post.ETag);

    static StoredPost Of(TableEntity row) => new(row.Read(PostStoredJson.Default.Post), row.ETag);

    static TableEntity Row(Post post) => new TableEntity(post.Workspace, Prefix + post.Key).With(post, PostStoredJson.Default.Post);
}
