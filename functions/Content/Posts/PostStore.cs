using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>
/// Posts. Table content, partition = workspace: row <c>post~</c>own, newest first because an own part begins with inverted time; beside it
/// the rows of
/// <see cref="PostIndex"/>.
/// </summary>
sealed class PostStore(Tables tables)
{
    public const string Prefix = "post~";

    public async Task<Post?> FindAsync(Id id, CancellationToken cancel) => (await RowAsync(id, cancel))?.Post;

    /// <summary>A post, with the row it is in.</summary>
    public async Task<(TableEntity Row, Post Post)?> RowAsync(Id id, CancellationToken cancel) =>
        await tables.Content.FindAsync(id.Place, Prefix + id.Own, cancel) is { } row ? (row, row.Read(PostStoredJson.Default.Post)) : null;

    /// <summary>The posts of the group that a post is in, the post itself among them, each with the row it is in.</summary>
    public ValueTask<List<(TableEntity Row, Post Post)>> GroupAsync(Id id, CancellationToken cancel) =>
        tables.Content.RangeAsync(id.Place, Prefix + Ids.GroupOf(id.Own), cancel: cancel)
            .Select(row => (row, row.Read(PostStoredJson.Default.Post))).ToListAsync(cancel);

    /// <summary>Adds posts of one group, and their index rows.</summary>
    public static IEnumerable<TableTransactionAction> Added(Post[] posts) =>
        posts.Select(Row).Concat(PostIndex.Of(posts)).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row));

    /// <summary>Moves posts of a group to where they belong now, if their rows are still as they were read.</summary>
    /// <param name="group">All of it, as it was read.</param>
    public static IEnumerable<TableTransactionAction> Moved(List<(TableEntity Row, Post Post)> group, PostChange[] changes)
    {
        var after = group.Select(one => Array.Find(changes, change => change.Before == one.Post)?.After ?? one.Post).ToArray();
        var moves = PostIndex.Moves([.. group.Select(one => one.Post)], after).ToArray();
        // The row of a date is the group's: who moves it must have seen the others as they are.
        return group.Zip(after).Where(one => moves.Length > 0 || one.First.Post != one.Second)
            .Select(one => Change(one.First.Row, one.Second)).Concat(moves);
    }

    /// <summary>Writes a post that was read from this row, if the row is still so.</summary>
    public static TableTransactionAction Change(TableEntity row, Post post) =>
        new(TableTransactionActionType.UpdateReplace, Row(post), row.ETag);

    public static TableEntity Row(Post post) => new TableEntity(post.Workspace, Prefix + post.Own).With(post, PostStoredJson.Default.Post);
}
