using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Media;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Content.Posts;

static class PostApproval
{
    public static void MapPostApproval(this IEndpointRouteBuilder posts)
    {
        posts.MapPost("/{id}/request-approval", RequestApproval).Fails(400, 404);
        posts.MapPost("/{id}/approve", ApprovePost).AnswersETag().Fails(400, 404);
        posts.MapPost("/{id}/reject", RejectPost).AnswersETag().Fails(400, 404);
    }

    /// <summary>Request approval</summary>
    /// <remarks>
    /// Asks approvers for their approval at a level, which is pending from then on. Of a post that is for the team only no client is told.
    /// A level is asked for once those before it are approved.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The request as it was recorded.</response>
    internal static async Task<OrProblem<Ok<Data<RequestedApproval>>>> RequestApproval(
        string id, NewApprovalRequest body, Caller caller, PostEditor editor, CompanyStore companies,
        IdempotencyKey operation, CancellationToken cancel)
    {
        var (place, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (place is not var (parsed, workspace))
        {
            return problem!;
        }
        User[] asked = [];
        var people = companies.UsersAsync(caller.CompanyKey, cancel);
        (var answer, problem) = await editor.DecideAsync(
            parsed, workspace, caller, PostAction.APPROVAL_REQUESTED, body.Note, IfMatch.Any, operation,
            PostApiJson.Default.RequestedApproval, AskAsync,
            (post, _) => new RequestedApproval(
                post.Id, [.. asked.Select(user => user.Id(caller.CompanyKey))], post.ApprovalRequest!.LevelId ?? ""),
            cancel);
        return problem is not null ? problem : TypedResults.Ok(new Data<RequestedApproval>(answer!));

        async Task<Outcome<Post>> AskAsync(Post post, ApprovalRules rules)
        {
            var all = await people;
            var named = body.ApproverIds.Select(id => all.Find(
                user => user.Id(caller.CompanyKey) == id && user.May(Permission.VIEW, workspace.Key))).ToArray();
            if (Array.IndexOf(named, null) is >= 0 and var missing)
            {
                return Problems.NotFound("member", $"approverIds[{missing}]");
            }
            asked = [.. named.Where(user => !(post.TeamOnly && user!.Role is Role.CLIENT)).Distinct()!];
            if (asked.Length == 0)
            {
                return Problems.Invalid("approverIds", "Are clients only, and the post is for the team only.");
            }
            var (requested, refusal) = rules.Request(post, caller.Creator.Key, body.LevelId, [.. asked.Select(user => user.Key)]);
            if (requested is null)
            {
                return refusal!.Value.Problem(approved: null);
            }
            var level = rules.Levels.FirstOrDefault(level => level.Id == requested.ApprovalRequest!.LevelId);
            var idle = Array.FindIndex(named, user => asked.Contains(user) && !ApprovalRules.IsApprover(user!, post, level));
            return idle < 0 ? requested : Problems.Invalid($"approverIds[{idle}]", "May not approve this post at this level.");
        }
    }

    /// <summary>Approve a post</summary>
    /// <remarks>
    /// In the name of who made the token, at the current level unless another is named.
    /// By the same person again it stays as it is.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post.</response>
    internal static Task<OrProblem<Ok<Data<PostResponse>>>> ApprovePost(
        string id, Decision? body, Caller caller, PostEditor editor, MediaLinks links, IfMatch match,
        IdempotencyKey operation, HttpResponse response,
        CancellationToken cancel) =>
        DecideAsync(id, body, caller, editor, links, match, operation, response, PostAction.APPROVED,
            (post, rules) => rules.Approve(post, caller.Creator, body?.LevelId), cancel);

    /// <summary>Reject a post</summary>
    /// <remarks>
    /// Withdraws its approvals, of every level, and ends the request for them.
    /// By an approver of a level that has been reached.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post.</response>
    internal static Task<OrProblem<Ok<Data<PostResponse>>>> RejectPost(
        string id, Decision? body, Caller caller, PostEditor editor, MediaLinks links, IfMatch match,
        IdempotencyKey operation, HttpResponse response,
        CancellationToken cancel) =>
        DecideAsync(id, body, caller, editor, links, match, operation, response, PostAction.REJECTED,
            (post, rules) => rules.Reject(post, caller.Creator, body?.LevelId), cancel);

    static async Task<OrProblem<Ok<Data<PostResponse>>>> DecideAsync(
        string id, Decision? body, Caller caller, PostEditor editor, MediaLinks links, IfMatch match,
        IdempotencyKey operation, HttpResponse response, PostAction action,
        Func<Post, ApprovalRules, Ruling> rule, CancellationToken cancel)
    {
        var (place, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.APPROVE, cancel);
        if (place is not var (parsed, workspace))
        {
            return problem!;
        }
        var outcome = await editor.DecideAsync(
            parsed, workspace, caller, action, body?.Reason, match, operation, PostApiJson.Default.EditedPost, RuleAsync,
            (post, _) => new EditedPost(PostResponse.Of(post, workspace, caller), post.ETag), cancel);
        return await PostAccess.AnswerAsync(outcome, links, response, cancel);

        Task<Outcome<Post>> RuleAsync(Post post, ApprovalRules rules)
        {
            var (decided, refusal) = rule(post, rules);
            return Task.FromResult<Outcome<Post>>(decided is null ? refusal!.Value.Problem(approved: null) : decided);
        }
    }
}

/// <summary>Whom to ask for approval.</summary>
public sealed record NewApprovalRequest
{
    /// <summary>Ids of members who may approve the post.</summary>
    [Required, MinLength(1), MaxLength(100)]
    public string[] ApproverIds { get; init; } = null!;

    /// <summary>The level; the current one unless given.</summary>
    public string? LevelId { get; init; }

    /// <summary>What to tell them.</summary>
    [Characters(2_000)]
    public string? Note { get; init; }
}

/// <summary>Who was asked for approval.</summary>
/// <param name="PostId">The post.</param>
/// <param name="NotifiedUserIds">Whom the request is addressed to, without clients where the post is team-only. Nobody is sent a message
/// yet.</param>
/// <param name="LevelId">The level; empty where the workspace has none.</param>
sealed record RequestedApproval(string PostId, string[] NotifiedUserIds, string LevelId);

/// <summary>An approval or a rejection.</summary>
public sealed record Decision
{
    /// <summary>The level; for an approval the current one, for a rejection any that the approver has, unless given.</summary>
    public string? LevelId { get; init; }

    /// <summary>Why; kept in the activity feed.</summary>
    [Characters(2_000)]
    public string? Reason { get; init; }
}
