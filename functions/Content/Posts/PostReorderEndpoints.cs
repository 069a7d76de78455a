using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

static class PostReorderEndpoints
{
    public static void MapReorder(this IEndpointRouteBuilder posts) => posts.MapPatch("/reorder", ReorderPosts).Fails(400, 404);

    /// <summary>Reorder posts</summary>
    /// <remarks>
    /// Sets the grid positions of posts of a workspace; the first id gets position 0. If one post does not exist, nothing changes. For a
    /// moment, some posts may still show their old positions. If two concurrent calls contain the same post, the later call wins.
    /// </remarks>
    /// <response code="200">The posts and their positions.</response>
    internal static async Task<OrProblem<Ok<Data<ReorderedPosts>>>> ReorderPosts(
        NewOrder body, Caller caller, PostReorder reorder, IdempotencyKey operation, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(body.WorkspaceId, Permission.WRITE, cancel, "workspaceId");
        if (problem is not null)
        {
            return problem;
        }
        List<Id> wanted = [];
        HashSet<string> named = new(StringComparer.Ordinal);
        foreach (var (index, id) in body.PostIds.Index())
        {
            if (!IdKind.Post.TryParse(id, out var post) || post.Partition != workspace!.Key)
            {
                return Problems.NotFound("post", $"postIds[{index}]");
            }
            if (!named.Add(id))
            {
                return Problems.Invalid($"postIds[{index}]", "Must not be a duplicate.");
            }
            wanted.Add(post);
        }
        (var answer, problem) = await reorder.ReorderAsync(workspace!, caller, wanted, operation, cancel);
        return problem is not null ? problem : TypedResults.Ok(answer);
    }
}

/// <summary>Posts of a workspace in their new order.</summary>
public sealed record NewOrder
{
    /// <summary>The workspace.</summary>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>Ids of posts, without duplicates.</summary>
    [Required, MinLength(1), MaxLength(500)]
    public string[] PostIds { get; init; } = null!;
}

/// <summary>The reordered posts.</summary>
/// <param name="Posts">The posts, in their new order.</param>
sealed record ReorderedPosts(PostPosition[] Posts);

/// <summary>A post's position in the grid, from 0.</summary>
/// <param name="Id">The post.</param>
/// <param name="GridPosition">Its position, from 0.</param>
sealed record PostPosition(string Id, int GridPosition);
