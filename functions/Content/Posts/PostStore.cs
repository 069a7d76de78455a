using Azure;
using Azure.Data.Tables;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>A post as read, and the ETag of its row; a write fails if the row has changed since.</summary>
sealed record StoredPost(Post Post, ETag ETag);

/// <summary>
/// Posts. Table content, partition = workspace: rows <c>post~</c>key, newest first because a key begins with inverted time; each has the
/// post's document and, beside it, its <see cref="PostState"/>. <see cref="PostIndex"/> has the rows for lists.
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

    /// <summary>The posts of a workspace, newest first, of which each is decoded only when it is asked for.</summary>
    public IAsyncEnumerable<ListedPost> ListAsync(string workspace, string? after, int take, bool keysOnly, CancellationToken cancel) =>
        tables.Content.RangeAsync(workspace, Prefix, after is null ? null : Prefix + after, take, keysOnly ? ["RowKey"] : null, cancel)
            .Select(row => new ListedPost(row.RowKey, row.RowKey[Prefix.Length..], () => Of(row).Post));

    /// <summary>Writes a changed post and its copies, if its ETag matches; returns the new ETag.</summary>
    /// <exception cref="RequestFailedException">See <see cref="StorageOutcome"/>.</exception>
    public async Task<ETag> UpdateAsync(StoredPost read, Post changed, CancellationToken cancel) =>
        (await tables.Content.SubmitTransactionAsync(await ChangedAsync(read, changed, cancel), cancel)).Value[0].Headers.ETag!.Value;

    /// <summary>
    /// Writes posts and the index rows that list them, if the posts have not changed since they were read. Where the campaign, date or
    /// audience of a post changes, its approval is asked for, given or refused, or a post of a group is added or deleted, the whole group
    /// must be given.
    /// </summary>
    public static IEnumerable<TableTransactionAction> Written(params IEnumerable<PostWrite> writes)
    {
        PostWrite[] all = [.. writes];
        // Posts that share a rewritten index row must be as they were read, so their ETags are checked too.
        var isMoved = Array.Exists(all, one => one.Moved.Any());
        return all.Where(one => isMoved || one.IsChanged).Select(Own).Concat(PostIndex.Writes(all));
    }

    /// <summary>Writes new posts; a group is given as a whole.</summary>
    public static IEnumerable<TableTransactionAction> Added(IEnumerable<Post> posts) =>
        Written(posts.Select(post => new PostWrite(null, post)));

    /// <summary>Writes a post that stays in its index rows.</summary>
    public static IEnumerable<TableTransactionAction> Changed(StoredPost read, Post changed)
    {
        var write = new PostWrite(read, changed);
        return write.Moved.Any() ? throw new InvalidOperationException("A post that changes its index rows is written with its group.")
            : Written(write);
    }

    /// <summary>
    /// Writes a changed post, first of all. If it enters or leaves index rows, its group is read, because those rows are written as a
    /// whole.
    /// </summary>
    public async Task<IEnumerable<TableTransactionAction>> ChangedAsync(StoredPost read, Post changed, CancellationToken cancel) =>
        !new PostWrite(read, changed).Moved.Any() ? Changed(read, changed) : Changed(
            [read, .. (await GroupAsync(new(changed.Workspace, changed.Key), cancel)).Where(one => one.Post.Key != changed.Key)],
            read, changed);

    /// <summary>Writes a changed post, whatever index rows it enters or leaves.</summary>
    /// <param name="group">The whole group, with <paramref name="read"/>.</param>
    public static IEnumerable<TableTransactionAction> Changed(IEnumerable<StoredPost> group, StoredPost read, Post changed) =>
        Written(group.Select(one => new PostWrite(one, ReferenceEquals(one, read) ? changed : one.Post)));

    /// <summary>Changes nothing of a post, but fails if it has changed since it was read.</summary>
    public static TableTransactionAction Unchanged(StoredPost read) => Own(new(read, read.Post));

    /// <summary>The post of a row.</summary>
    public static StoredPost Of(TableEntity row)
    {
        var document = row.Read(PostStoredJson.Default.Post);
        return new(PostState.Of(row, document).In(document), row.ETag);
    }

    /// <summary>The write of a post's own row.</summary>
    static TableTransactionAction Own(PostWrite write)
    {
        if (write.After is not { } post)
        {
            return new(TableTransactionActionType.Delete, Row(write.Before!.Post), write.Before.ETag);
        }
        var row = PostState.Of(post).With(Row(post), isWhole: write.IsDocumentChanged);
        return write.IsDocumentChanged && write.Before is null ? new(TableTransactionActionType.Add, row.With(write.Document))
            : write.IsDocumentChanged ? new(TableTransactionActionType.UpdateReplace, row.With(write.Document), write.Before!.ETag)
            : new(TableTransactionActionType.UpdateMerge, row, write.Before!.ETag);
    }

    static TableEntity Row(Post post) => new(post.Workspace, Prefix + post.Key);
}
