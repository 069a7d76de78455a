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
    /// Has a post that could not be published (status WITH_ERRORS) published again, within a minute, whenever its date was. What stood in
    /// its way is looked at anew: its page, its approval, what its network takes. Where it is not known whether the network has the post,
    /// look there first. Takes the permission PUBLISH.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post, SCHEDULED again.</response>
    internal static async Task<OrProblem<Ok<Data<PostResponse>>>> RetryPost(
        string id, Caller caller, PostEditor editor, MediaLinks links, IfMatch match,
        IdempotencyKey operation, TimeProvider time, HttpResponse response,
        CancellationToken cancel)
    {
        var (place, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.PUBLISH, cancel);
        if (place is not var (parsed, workspace))
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
            : post.ScheduledAt is null ? Problems.Malformed("The post has no date; give it one, and publishAtScheduledDate.")
            : PostValidator.Faults(post).ToArray() is { Length: > 0 } faults ? Problems.Invalid(faults)
            : post with { Delivery = Delivery.None, ScheduledSet = true, Publishing = new() { RetriedAt = time.GetUtcNow() } };
    }

    /// <summary>List a post's attempts at publishing</summary>
    /// <remarks>
    /// What was tried and what came of it, newest first. An attempt that may have reached the network is never repeated; another is made
    /// only where nothing was published for certain, or where you ask for it.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <param name="offset">How many attempts to skip.</param>
    /// <param name="limit">How many attempts to give, 100 at the most.</param>
    /// <response code="200">The attempts.</response>
    internal static async Task<OrProblem<Ok<PagedItems<PublishAttemptResponse>>>> ListAttempts(
        string id, Caller caller, AttemptStore attempts, PostStore posts, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        var (place, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        if (place is not var (parsed, _))
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

/// <summary>An attempt at publishing a post.</summary>
/// <param name="State">STARTED: nothing has gone out yet. SENDING: it is going out, or has gone out and the network has not answered.
/// PUBLISHED or FAILED: it is over.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it was over.</param>
/// <param name="Late">Whether the post's time had passed for more than an hour.</param>
/// <param name="Code">Why it failed, for programs.</param>
/// <param name="Message">Why it failed, for people; what the network says, where it says something.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="RetryAt">When the next attempt will be made; left out where none will.</param>
/// <param name="RemoteId">The network's own name for the post.</param>
/// <param name="Link">Where the post is on the network.</param>
/// <param name="FirstComment">What became of the first comment: SENDING, DONE, FAILED, or UNKNOWN where the network did not answer. Its
/// failure is not the post's.</param>
/// <param name="FirstCommentMessage">Why the first comment is not there, or may not be.</param>
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
