using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Networks.Publishing;

static class PublishingEndpoints
{
    public static void MapPublishing(this IEndpointRouteBuilder api)
    {
        var posts = api.MapGroup("/posts/{id}").WithTags("Posts");
        posts.MapPost("/retry", RetryPost).AnswersETag().Fails(400, 404);
        posts.MapGet("/publish-attempts", ListAttempts).Fails(400, 404);
    }

    /// <summary>Publish a failed post again</summary>
    /// <remarks>
    /// Publishes a post that could not be published (status WITH_ERRORS) again, within a minute, whatever its date. Its page, its approval
    /// and its network's rules are checked again. If it is unknown whether the network has the post, look on the network first. Requires
    /// the permission PUBLISH.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post, SCHEDULED again.</response>
    internal static async Task<OrProblem<Ok<Data<PostResponse>>>> RetryPost(
        string id, Caller caller, PostEditor editor, MediaLinks links, IfMatch match,
        IdempotencyKey operation, TimeProvider time, HttpResponse response,
        CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.PUBLISH, cancel);
        if (target is not var (parsed, workspace))
        {
            return problem!;
        }
        return await PostAccess.AnswerAsync(await editor.DecideAsync(
            parsed, workspace, caller, PostAction.PUBLISH_RETRIED, null, match, operation,
            PostApiJson.Default.EditedPost, (post, _) => Task.FromResult(Again(post)),
            (post, _) =>
                new EditedPost(PostResponse.Of(post, workspace, caller), post.ETag), cancel, publish: true), links, response, cancel);

        Outcome<Post> Again(Post post) => ApprovalRules.Editable(post).Refusal is { } refusal ? refusal.Problem()
            : post is not { Delivery: Delivery.Failed, Archived: false }
            ? Problems.Malformed("Only a post whose status is WITH_ERRORS can be published again.")
            : post.ScheduledAt is null
            ? Problems.Malformed("The post has no date. Send scheduledAt with publishAtScheduledDate to PATCH /posts/{id} instead.")
            : post with { Delivery = Delivery.None, ScheduledSet = true, Publishing = new() { RetriedAt = time.GetUtcNow() } };
    }

    /// <summary>List a post's publish attempts</summary>
    /// <remarks>
    /// Each attempt and its result, newest first. An attempt that may have reached the network is never repeated; another one is made only
    /// if it is certain that nothing was published, or if you retry the post.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <param name="offset">How many attempts to skip.</param>
    /// <param name="limit">The maximum number of attempts to return, up to 100.</param>
    /// <response code="200">The attempts.</response>
    internal static async Task<OrProblem<Ok<PagedItems<PublishAttemptResponse>>>> ListAttempts(
        string id, Caller caller, AttemptStore attempts, PostStore posts, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        if (target is not var (parsed, _))
        {
            return problem!;
        }
        limit = Paging.Clamp(limit);
        var known = posts.FindAsync(parsed, cancel);
        var found = await attempts.ListAsync(parsed, cancel).Skip(offset).Take(limit + 1).ToListAsync(cancel);
        return await known is { } post && caller.Sees(post)
            ? TypedResults.Ok(new PagedItems<PublishAttemptResponse>(
                [.. found.Take(limit).Select(PublishAttemptResponse.Of)], new(offset, limit, found.Count > limit)))
            : Problems.NotFound("post");
    }
}

/// <summary>An attempt to publish a post.</summary>
/// <param name="State">STARTED: nothing has been sent yet. SENDING: the post is being sent, or was sent and the network has not answered.
/// PUBLISHED or FAILED: the attempt has ended.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Late">Whether the post was more than an hour late.</param>
/// <param name="Code">Why it failed, for programs.</param>
/// <param name="Message">Why it failed, for people; what the network says, if it says something.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="RetryAt">When the next attempt will be made; omitted if there will be none.</param>
/// <param name="RemoteId">The post's id on the network.</param>
/// <param name="Link">The post's address on the network.</param>
/// <param name="FirstComment">The state of the first comment: SENDING, DONE, FAILED, or UNKNOWN if the network did not answer. If it fails,
/// the post is still published.</param>
/// <param name="FirstCommentMessage">Why the first comment is missing or may be missing.</param>
sealed record PublishAttemptResponse(
    AttemptState State, DateTimeOffset StartedAt, bool Late, DateTimeOffset? EndedAt = null,
    FailureCode? Code = null, string? Message = null,
    string? Hint = null, DateTimeOffset? RetryAt = null, string? RemoteId = null, [property: Url] string? Link = null,
    FirstCommentState? FirstComment = null, string? FirstCommentMessage = null)
{
    public static PublishAttemptResponse Of(PublishAttempt attempt) => new(
        attempt.State, attempt.StartedAt, attempt.IsLate, attempt.EndedAt, attempt.Failure?.Code, attempt.Failure?.Message,
        attempt.Failure is { } failure ? FailureTexts.HintOf(failure.Code) : null, attempt.RetryAt, attempt.RemoteId, attempt.Link,
        attempt.FirstComment?.State, attempt.FirstComment?.Message);
}
