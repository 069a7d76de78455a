using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>What the endpoints of a post have in common: who may use it, and how it is answered.</summary>
static class PostAccess
{
    /// <summary>
    /// The post that an id names, and the workspace that holds it,
    /// where the caller may do <paramref name="permission"/>.
    /// </summary>
    public static async ValueTask<Outcome<(Id Post, Workspace Workspace)?>> AuthorizeAsync(
        string id, Caller caller, Permission permission, CancellationToken cancel)
    {
        if (!IdKind.Post.TryParse(id, out var post))
        {
            return Problems.NotFound("post");
        }
        var (workspace, problem) = await caller.AuthorizeAsync(post, "post", permission, cancel);
        return problem is not null ? problem : (post, workspace!);
    }

    /// <summary>A post, and which version of it this is.</summary>
    public static async Task<OrProblem<Ok<Data<PostResponse>>>> AnswerAsync(
        Outcome<EditedPost> outcome, MediaLinks links, HttpResponse response, CancellationToken cancel)
    {
        if (outcome.Problem is { } problem)
        {
            return problem;
        }
        response.Headers.ETag = outcome.Value!.ETag;
        return TypedResults.Ok(new Data<PostResponse>(await links.LinkedAsync(outcome.Value.Post, cancel)));
    }
}
