using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>Approves and rejects posts, for callers of the API and for people in the browser.</summary>
sealed class PostDecisions(PostEditor editor)
{
    /// <param name="id">The id of the post.</param>
    public Task<Outcome<EditedPost>> ApproveAsync(
        string id, Decision? body, Caller caller, IfMatch match, OperationId operation, CancellationToken cancel) =>
        DecideAsync(id, body, caller, match, operation, PostAction.APPROVED,
            (post, rules) => rules.Approve(post, caller.Creator, body?.LevelId), cancel);

    /// <param name="id">The id of the post.</param>
    public Task<Outcome<EditedPost>> RejectAsync(
        string id, Decision? body, Caller caller, IfMatch match, OperationId operation, CancellationToken cancel) =>
        DecideAsync(id, body, caller, match, operation, PostAction.REJECTED,
            (post, rules) => rules.Reject(post, caller.Creator, body?.LevelId), cancel);

    async Task<Outcome<EditedPost>> DecideAsync(
        string id, Decision? body, Caller caller, IfMatch match, OperationId operation, PostAction action,
        Func<Post, ApprovalRules, Ruling> rule, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.APPROVE, cancel);
        if (target is not var (parsed, workspace))
        {
            return problem!;
        }
        return await editor.DecideAsync(
            parsed, workspace, caller, action, body?.Reason, match, operation, PostApiJson.Default.EditedPost, RuleAsync,
            (post, _) => new EditedPost(PostResponse.Of(post, workspace, caller), post.ETag), cancel);

        Task<Outcome<Post>> RuleAsync(Post post, ApprovalRules rules)
        {
            var (decided, refusal) = rule(post, rules);
            return Task.FromResult<Outcome<Post>>(
                decided is null ? refusal!.Value.Problem(approved: null, who: caller.Who) : decided);
        }
    }
}
