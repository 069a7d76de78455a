using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>What changes often without a change of the post's document: beside it in the post's row, and not in copies.</summary>
/// <param name="Until">See <see cref="PublishingState.Until"/>.</param>
sealed record PostState(int Comments, int Notes, DateTimeOffset? Until)
{
    public static PostState Of(Post post) => new(post.Comments, post.Notes, post.Publishing?.Until);

    /// <summary>The post without it, which is its document.</summary>
    public static Post Without(Post post) => new PostState(0, 0, null).In(post);

    /// <summary>The post with it.</summary>
    public Post In(Post post) => post with
    {
        Comments = Comments,
        Notes = Notes,
        Publishing = post.Publishing is null ? null : post.Publishing with { Until = Until },
    };
}

/// <summary>A post before and after a write.</summary>
/// <param name="before">As read; null if the write adds the post.</param>
/// <param name="after">
/// Null if the write deletes the post. The very post that was read if the write does not change it: it is given because it shares index
/// rows with changed posts.
/// </param>
sealed class PostWrite(StoredPost? before, Post? after)
{
    PackedDocument? _document;

    public StoredPost? Before => before;

    public Post? After => after;

    public string Workspace => (after ?? before!.Post).Workspace;

    public string[] RowsBefore { get; } = before is null ? [] : PostIndex.RowsOf(before.Post);

    public string[] RowsAfter { get; } = after is null ? [] : PostIndex.RowsOf(after);

    /// <summary>The index rows that the post enters or leaves.</summary>
    public IEnumerable<string> Moved => RowsBefore.Except(RowsAfter).Concat(RowsAfter.Except(RowsBefore));

    public bool IsChanged => !ReferenceEquals(before?.Post, after);

    public bool IsDocumentChanged { get; } =
        before is null || after is null || PostState.Without(before.Post) != PostState.Without(after);

    /// <summary>Whether what lists show of the post is changed.</summary>
    public bool IsShownChanged => after is not null
        && (IsDocumentChanged || (before!.Post.Comments, before.Post.Notes) != (after.Comments, after.Notes));

    /// <summary>The post's document after the write, compressed once for its own row and for its copies.</summary>
    public PackedDocument Document => _document ??= Storage.Document.Pack(PostState.Without(after!), PostStoredJson.Default.Post);
}
