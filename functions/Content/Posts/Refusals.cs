using Planable.Platform;

namespace Planable.Content.Posts;

static class Refusals
{
    /// <summary>A refusal as it is answered.</summary>
    /// <param name="named">Whether the request says who approves.</param>
    /// <param name="approved">The field that asks for the approval, where there is one.</param>
    /// <param name="content">The fields of the request that would change the content.</param>
    public static Problem Problem(
        this Refusal refusal, bool named = false, string? approved = "approved", IEnumerable<string>? content = null) => refusal switch
        {
            Refusal.Published => Problems.AlreadyPublished(),
            Refusal.Publishing => Problems.PublishingInProgress(),
            Refusal.Locked => Problems.ContentLocked(content!),
            Refusal.NoDate => Problems.Invalid("publishAtScheduledDate", "Needs a date."),
            Refusal.Past => Problems.Invalid("scheduledAt", "Is past, and the post would be published then."),
            Refusal.Archived => Problems.Invalid("publishAtScheduledDate", "An archived post has no schedule."),
            Refusal.NoApproval when approved is not null => Problems.Invalid(approved, "Posts of this workspace need no approval."),
            Refusal.NoApproval => Problems.Malformed("Posts of this workspace need no approval."),
            Refusal.NotAnApprover when named => Problems.Invalid("approvedBy", "May not approve this post at this level."),
            Refusal.NotAnApprover => Problems.Forbidden("The creator of this token may not approve this post at this level."),
            Refusal.UnknownLevel => Problems.NotFound("level", "levelId"),
            Refusal.LevelNotReached => Problems.Invalid("levelId", "A level before it is not approved yet."),
            Refusal.ApprovedAlready => Problems.Malformed("It is approved already."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
