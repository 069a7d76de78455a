using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

static class PostCommentEndpoints
{
    public static void MapComments(this IEndpointRouteBuilder api)
    {
        var comments = api.MapGroup("/posts/{id}/comments").WithTags("Posts");
        comments.MapGet("/", ListComments).Fails(400, 404);
        comments.MapPost("/", CreateComment).Fails(400, 404);
        comments.MapPatch("/{commentId}", UpdateComment).Fails(400, 404);
        comments.MapDelete("/{commentId}", DeleteComment).Fails(404);
        comments.MapPost("/{commentId}/reactions", ReactToComment).Fails(400, 404);
    }

    /// <summary>List comments</summary>
    /// <remarks>A post's comments and their replies, newest first. Client members do not get internal notes, which are team-only.</remarks>
    /// <param name="id">The post.</param>
    /// <param name="teamOnly">true for internal notes only, false for other comments only.</param>
    /// <param name="offset">How many comments to skip.</param>
    /// <param name="limit">The maximum number of comments to return, up to 100.</param>
    /// <response code="200">The comments.</response>
    internal static async Task<OrProblem<Ok<PagedItems<CommentResponse>>>> ListComments(
        string id, [AllowedValues("true", "false", null)] string? teamOnly,
        Caller caller, PostComments comments, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        if (target is not var (post, _))
        {
            return problem!;
        }
        limit = Paging.Clamp(limit);
        return await comments.ListAsync(post, caller, teamOnly is null ? null : teamOnly is "true", offset, limit, cancel) is { } page
            ? TypedResults.Ok(new PagedItems<CommentResponse>(
                [.. page.Comments.Select(comment => CommentResponse.Of(comment, post.Partition))], new(offset, limit, page.HasMore)))
            : Problems.NotFound("post");
    }

    /// <summary>Create a comment</summary>
    /// <remarks>
    /// Anyone who can see a post can comment on it. A reply to an internal note is an internal note too. A post can have 1,000 comments,
    /// and a comment 90 replies, including replies to replies.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="201">The comment.</response>
    internal static async Task<OrProblem<Created<Data<CommentResponse>>>> CreateComment(
        string id, NewComment body, Caller caller, PostComments comments, IdempotencyKey operation, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        if (target is not var (post, _))
        {
            return problem!;
        }
        (var created, problem) = await comments.CreateAsync(post, caller, body, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, created);
    }

    /// <summary>Update a comment</summary>
    /// <remarks>Only its author can change it: the creator of the token that it was written with.</remarks>
    /// <param name="id">The post.</param>
    /// <param name="commentId">The comment.</param>
    /// <response code="200">The comment.</response>
    internal static async Task<OrProblem<Ok<Data<CommentResponse>>>> UpdateComment(
        string id, string commentId, CommentChange body, Caller caller, PostComments comments,
        IdempotencyKey operation, CancellationToken cancel)
    {
        var ((post, comment), problem) = await CommentAsync(id, commentId, caller, cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var changed, problem) = await comments.EditAsync(post, comment, caller, body.Text, operation, cancel);
        return problem is not null ? problem : TypedResults.Ok(changed);
    }

    /// <summary>Delete a comment</summary>
    /// <remarks>Only its author can delete it. Its replies are deleted too, whoever wrote them.</remarks>
    /// <param name="id">The post.</param>
    /// <param name="commentId">The comment.</param>
    /// <response code="204">Deleted.</response>
    internal static async Task<OrProblem<NoContent>> DeleteComment(
        string id, string commentId, Caller caller, PostComments comments, IdempotencyKey operation, CancellationToken cancel)
    {
        var ((post, comment), problem) = await CommentAsync(id, commentId, caller, cancel);
        problem ??= (await comments.DeleteAsync(post, comment, caller, operation, cancel)).Problem;
        return problem is not null ? problem : TypedResults.NoContent();
    }

    /// <summary>React to a comment</summary>
    /// <remarks>
    /// Sending the same reaction again removes it. Reactions are the same if <c>emojiId</c> and <c>emojiSkin</c> are equal. A comment can
    /// have 1,000 reactions and 100 different emoji.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <param name="commentId">The comment.</param>
    /// <response code="200">The comment's current reactions.</response>
    internal static async Task<OrProblem<Ok<Data<CommentReactions>>>> ReactToComment(
        string id, string commentId, NewReaction body, Caller caller, PostComments comments,
        IdempotencyKey operation, CancellationToken cancel)
    {
        var ((post, comment), problem) = await CommentAsync(id, commentId, caller, cancel);
        if (problem is not null)
        {
            return problem;
        }
        (var reactions, problem) = await comments.ReactAsync(post, comment, caller, body, operation, cancel);
        return problem is not null ? problem : TypedResults.Ok(reactions);
    }

    static async ValueTask<Outcome<(Id Post, Id Comment)>> CommentAsync(
        string id, string commentId, Caller caller, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        return target is not var (post, _) ? problem!
            : IdKind.Comment.TryParse(commentId, out var comment) && comment.Partition == post.Partition ? (post, comment)
            : Problems.NotFound("comment");
    }
}

/// <summary>A comment to create.</summary>
public sealed record NewComment
{
    /// <summary>The text.</summary>
    /// <example>Could the second sentence be shorter?</example>
    [Required, Characters(25_000, Least = 1)]
    public string Text { get; init; } = null!;

    /// <summary>Whether it is an internal note, hidden from client members; false by default.</summary>
    public bool? TeamOnly { get; init; }

    /// <summary>The comment it replies to, on the same post.</summary>
    [MinLength(1)]
    public string? ReplyToCommentId { get; init; }
}

/// <summary>What to change of a comment.</summary>
public sealed record CommentChange
{
    /// <summary>The new text.</summary>
    /// <example>Could the second sentence go?</example>
    [Required, Characters(8_000, Least = 1)]
    public string Text { get; init; } = null!;
}

/// <summary>A reaction to add or remove.</summary>
public sealed record NewReaction
{
    /// <summary>The emoji's name.</summary>
    /// <example>:thumbsup:</example>
    [Required, Characters(500, Least = 1)]
    public string Emoji { get; init; } = null!;

    /// <summary>The emoji's id, without its skin tone.</summary>
    /// <example>+1</example>
    [Required, Characters(500, Least = 1)]
    public string EmojiId { get; init; } = null!;

    /// <summary>Its skin tone, from 1 to 6; 0 for none.</summary>
    [Required, Range(0, 6)]
    public int? EmojiSkin { get; init; }

    /// <summary>The emoji itself.</summary>
    /// <example>👍</example>
    [Required, Characters(500, Least = 1)]
    public string EmojiNative { get; init; } = null!;
}

/// <summary>A comment.</summary>
/// <param name="Id">The comment's id.</param>
/// <param name="PostId">The post.</param>
/// <param name="Text">The text.</param>
/// <param name="AuthorId">The creator of the token that it was written with.</param>
/// <param name="TeamOnly">Whether it is an internal note.</param>
/// <param name="Reactions">The reactions, with the users who gave them.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="ReplyFor">The comment it replies to.</param>
sealed record CommentResponse(
    string Id, string PostId, string Text, string AuthorId, bool TeamOnly, ReactionResponse[] Reactions,
    DateTimeOffset CreatedAt, string? ReplyFor = null)
{
    public static CommentResponse Of(Comment comment, string workspace) => new(
        IdKind.Comment.Format(workspace, comment.Key), IdKind.Post.Format(workspace, comment.Post), comment.Text,
        IdKind.User.Format(workspace[..8], comment.Author), comment.TeamOnly,
        ReactionResponse.Of(comment.Reactions, workspace[..8]), comment.CreatedAt,
        comment.Parent is null ? null : IdKind.Comment.Format(workspace, comment.Parent));
}

/// <summary>A comment's reactions.</summary>
/// <param name="Reactions">The reactions, with the users who gave them.</param>
sealed record CommentReactions(ReactionResponse[] Reactions);

/// <summary>A reaction, and the users who gave it.</summary>
/// <param name="Emoji">The emoji's name.</param>
/// <param name="EmojiId">The emoji's id, without its skin tone.</param>
/// <param name="EmojiSkin">Its skin tone, from 1 to 6; 0 for none.</param>
/// <param name="EmojiNative">The emoji itself.</param>
/// <param name="Users">The users who gave it.</param>
sealed record ReactionResponse(string Emoji, string EmojiId, int EmojiSkin, string EmojiNative, ReactionUser[] Users)
{
    public static ReactionResponse[] Of(Reaction[] reactions, string company) =>
    [
        .. reactions.Select(one => new ReactionResponse(one.Emoji, one.EmojiId, one.EmojiSkin, one.EmojiNative,
            [.. one.Users.Select(by => new ReactionUser(IdKind.User.Format(company, by.User), by.Name, by.At))])),
    ];
}

/// <summary>A user who reacted.</summary>
/// <param name="UserId">The user.</param>
/// <param name="UserName">The user's name at that time.</param>
/// <param name="CreatedAt">When the user gave it.</param>
sealed record ReactionUser(string UserId, string? UserName, DateTimeOffset? CreatedAt);
