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
    /// Asks approvers to approve the post at a level; its approval is then pending. Clients are left out if the post is team-only. Approval
    /// at a level can be requested only once all earlier levels are approved.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The recorded request.</response>
    internal static async Task<OrProblem<Ok<Data<RequestedApproval>>>> RequestApproval(
        string id, NewApprovalRequest body, Caller caller, PostEditor editor, CompanyStore companies,
        IdempotencyKey operation, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.WRITE, cancel);
        if (target is not var (parsed, workspace))
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
                return Problems.Invalid($"approverIds[{missing}]", "There is no such member in this workspace.");
            }
            asked = [.. named.Where(user => !(post.TeamOnly && user!.Role is Role.CLIENT)).Distinct()!];
            if (asked.Length == 0)
            {
                return Problems.Invalid("approverIds", "Must include a team member: the post is team-only, so clients cannot see it.");
            }
            var (requested, refusal) = rules.Request(
                post, caller.Creator.Key, body.LevelId, [.. asked.Select(user => user.Key)], body.Note);
            if (requested is null)
            {
                return refusal!.Value.Problem(approved: null);
            }
            var level = rules.Levels.FirstOrDefault(level => level.Id == requested.ApprovalRequest!.LevelId);
            var unauthorized = Array.FindIndex(named, user => asked.Contains(user) && !ApprovalRules.IsApprover(user!, post, level));
            return unauthorized < 0 ? requested
                : Problems.Invalid($"approverIds[{unauthorized}]", "May not approve this post at this level.");
        }
    }

    /// <summary>Approve a post</summary>
    /// <remarks>
    /// Approves as the token's creator, at the current level unless you send another. A second approval by the same person changes nothing.
    /// Requires APPROVE, and also PUBLISH if <c>autoSchedule</c> makes this approval schedule the post.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post.</response>
    internal static Task<OrProblem<Ok<Data<PostResponse>>>> ApprovePost(
        string id, Decision? body, Caller caller, PostDecisions decisions, MediaLinks links, IfMatch match,
        IdempotencyKey operation, HttpResponse response,
        CancellationToken cancel) =>
        AnswerAsync(decisions.ApproveAsync(id, body, caller, match, operation, cancel), links, response, cancel);

    /// <summary>Reject a post</summary>
    /// <remarks>
    /// Withdraws the approvals of all levels and cancels the approval request. The token's creator must be an approver of a level that has
    /// been reached.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The post.</response>
    internal static Task<OrProblem<Ok<Data<PostResponse>>>> RejectPost(
        string id, Decision? body, Caller caller, PostDecisions decisions, MediaLinks links, IfMatch match,
        IdempotencyKey operation, HttpResponse response,
        CancellationToken cancel) =>
        AnswerAsync(decisions.RejectAsync(id, body, caller, match, operation, cancel), links, response, cancel);

    static async Task<OrProblem<Ok<Data<PostResponse>>>> AnswerAsync(
        Task<Outcome<EditedPost>> decision, MediaLinks links, HttpResponse response, CancellationToken cancel) =>
        await PostAccess.AnswerAsync(await decision, links, response, cancel);
}

/// <summary>Whom to ask for approval.</summary>
public sealed record NewApprovalRequest
{
    /// <summary>Ids of members who may approve the post.</summary>
    [Required, MinLength(1), MaxLength(100)]
    public string[] ApproverIds { get; init; } = null!;

    /// <summary>The level; the current one by default.</summary>
    public string? LevelId { get; init; }

    /// <summary>A note for the approvers.</summary>
    [Characters(2_000)]
    public string? Note { get; init; }
}

/// <summary>Who was asked for approval.</summary>
/// <param name="PostId">The post.</param>
/// <param name="NotifiedUserIds">The approvers who were asked, without clients if the post is team-only. They get a mail if the
/// app has a mail server.</param>
/// <param name="LevelId">The level; empty if the workspace has none.</param>
sealed record RequestedApproval(string PostId, string[] NotifiedUserIds, string LevelId);

/// <summary>An approval or a rejection.</summary>
public sealed record Decision
{
    /// <summary>The level. The default is the current level for an approval, and any level of the approver for a rejection.</summary>
    public string? LevelId { get; init; }

    /// <summary>The reason; shown in the activity feed.</summary>
    [Characters(2_000)]
    public string? Reason { get; init; }
}
