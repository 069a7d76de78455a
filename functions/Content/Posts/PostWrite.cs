using System.Runtime.InteropServices;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>What changes often without a change of the post's document: beside it in the post's row, and not in its copies.</summary>
/// <param name="Until">See <see cref="PublishingState.Until"/>.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct PostState(int Comments, int Notes, DateTimeOffset? Until)
{
    /// <summary>Reads it from a post's row. What is absent is as in the document.</summary>
    public static PostState Of(TableEntity row, Post document) => new(
        row.GetInt32(nameof(Comments)) ?? document.Comments, row.GetInt32(nameof(Notes)) ?? document.Notes,
        row.GetInt64(nameof(Until)) is not { } ticks ? document.Publishing?.Until
        : ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero));

    public static PostState Of(Post post) => new(post.Comments, post.Notes, post.Publishing?.Until);

    /// <summary>The post without it, which is its document.</summary>
    public static Post Without(Post post) => default(PostState).In(post);

    /// <summary>The post with it.</summary>
    public Post In(Post post) => Of(post) == this ? post : post with
    {
        Comments = Comments,
        Notes = Notes,
        Publishing = post.Publishing is null ? null : post.Publishing with { Until = Until },
    };

    /// <summary>Adds it to a post's row.</summary>
    /// <param name="isWhole">Whether the row is replaced by this one, so that nothing need be set to nothing.</param>
    public TableEntity With(TableEntity row, bool isWhole)
    {
        if (!isWhole || Comments > 0 || Notes > 0)
        {
            (row[nameof(Comments)], row[nameof(Notes)]) = (Comments, Notes);
        }
        if (!isWhole || Until is not null)
        {
            row[nameof(Until)] = Until?.UtcTicks ?? 0L;
        }
        return row;
    }
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
