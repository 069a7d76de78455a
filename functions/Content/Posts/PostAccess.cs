using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>Authorization and answers shared by the endpoints of a post.</summary>
static class PostAccess
{
    /// <summary>The parsed id of a post and its workspace, if the caller has <paramref name="permission"/> there.</summary>
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

    /// <summary>Answers with the post, and its version as the ETag.</summary>
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
