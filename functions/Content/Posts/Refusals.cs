using Planable.Company.Tokens;
using Planable.Platform;

namespace Planable.Content.Posts;

static class Refusals
{
    /// <summary>The problem that answers a refusal.</summary>
    /// <param name="named">Whether the request names the approver.</param>
    /// <param name="approved">The field that asks for the approval; null if there is none.</param>
    /// <param name="who">See <see cref="Caller.Who"/>.</param>
    /// <param name="content">The fields of the request that would change the content.</param>
    public static Problem Problem(
        this Refusal refusal, bool named = false, string? approved = "approved", IEnumerable<string>? content = null,
        string who = Caller.TokensCreator) => refusal switch
        {
            Refusal.Published => Problems.AlreadyPublished(),
            Refusal.Publishing => Problems.PublishingInProgress(),
            Refusal.Locked => Problems.ContentLocked(content!),
            Refusal.NoDate => Problems.Invalid("publishAtScheduledDate", "Requires a date in scheduledAt."),
            Refusal.Past => Problems.Invalid("scheduledAt", "Must not be more than 5 minutes in the past for a scheduled post."),
            Refusal.Archived => Problems.Invalid("publishAtScheduledDate", "An archived post cannot be scheduled."),
            Refusal.NoApproval when approved is not null =>
                Problems.Invalid(approved, "This workspace does not use approvals: its approval type is NONE."),
            Refusal.NoApproval => Problems.Malformed("This workspace does not use approvals: its approval type is NONE."),
            Refusal.NotAnApprover when named => Problems.Invalid("approvedBy", "May not approve this post at this level."),
            Refusal.NotAnApprover => Problems.Forbidden($"{who} may not approve this post at this level."),
            Refusal.UnknownLevel => Problems.NotFound("level", "levelId"),
            Refusal.LevelNotReached => Problems.Invalid("levelId", "An earlier level is not approved yet."),
            Refusal.ApprovedAlready => Problems.Malformed("The post is already approved at this level."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
