using System.Text.Json.Serialization;
using Planable.Company.Companies;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>An approval of a post.</summary>
/// <param name="UserId">Who approved it.</param>
/// <param name="ApprovedAt">When it was approved.</param>
/// <param name="LevelId">The approved level.</param>
sealed record ApprovalResponse(string UserId, DateTimeOffset ApprovedAt, string? LevelId = null)
{
    public static ApprovalResponse Of(Approval approval, Workspace workspace) =>
        new(IdKind.User.Format(workspace.Key[..8], approval.User), approval.ApprovedAt, approval.LevelId);
}

/// <summary>
/// How far a post's approval is. NOT_APPLICABLE: the workspace has no approval. NEVER_SENT: nobody was asked. PENDING: approvers were
/// asked. PARTIALLY_APPROVED: some levels are approved. FULLY_APPROVED: it needs no more approval.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalStatus>))]
enum ApprovalStatus
{
    NOT_APPLICABLE,
    NEVER_SENT,
    PENDING,
    PARTIALLY_APPROVED,
    FULLY_APPROVED,
}

/// <summary>An approval level, and who approved it.</summary>
/// <param name="Id">The level's id.</param>
/// <param name="Label">The level's name.</param>
/// <param name="Approved">Whether it is approved.</param>
/// <param name="ApprovedBy">Who approved it, and when.</param>
sealed record ApprovalLevelState(string Id, string Label, bool Approved, ApprovalResponse[] ApprovedBy);

/// <summary>A post's approval state under the workspace's current settings.</summary>
/// <param name="Status">The status.</param>
/// <param name="Approved">Whether it is fully approved.</param>
/// <param name="Type">The workspace's type of approval.</param>
/// <param name="CompletedLevels">How many levels are approved.</param>
/// <param name="TotalLevels">How many levels there are; 0 unless the type is MULTIPLE.</param>
/// <param name="Levels">The levels, in order; empty unless the type is MULTIPLE.</param>
/// <param name="CurrentLevelId">The first level not approved yet.</param>
sealed record ApprovalState(
    ApprovalStatus Status, bool Approved, ApprovalType Type, [property: Range(0, int.MaxValue)] int CompletedLevels,
    [property: Range(0, int.MaxValue)] int TotalLevels, ApprovalLevelState[] Levels,
    string? CurrentLevelId = null)
{
    static readonly ApprovalState NotApplicable = new(ApprovalStatus.NOT_APPLICABLE, false, ApprovalType.NONE, 0, 0, []);

    public static ApprovalState Of(Post post, Workspace workspace) =>
        workspace.ApprovalSettings.Type is ApprovalType.NONE ? NotApplicable : Compute(post, workspace);

    static ApprovalState Compute(Post post, Workspace workspace)
    {
        var rules = new ApprovalRules(workspace.ApprovalSettings, default);
        var (completed, approved) = (rules.Completed(post), rules.IsFullyApproved(post));
        var levels = rules.Levels.Select((level, index) => new ApprovalLevelState(
            level.Id, level.Label, index < completed,
            [.. post.Approvals.Where(approval => approval.LevelId == level.Id)
                .Select(approval => ApprovalResponse.Of(approval, workspace))])).ToArray();
        var status = approved ? ApprovalStatus.FULLY_APPROVED
            : rules.IsPending(post) ? ApprovalStatus.PENDING
            : completed > 0 ? ApprovalStatus.PARTIALLY_APPROVED
            : ApprovalStatus.NEVER_SENT;
        return new(status, approved, rules.Type, completed, levels.Length, levels, rules.Current(post)?.Id);
    }
}
