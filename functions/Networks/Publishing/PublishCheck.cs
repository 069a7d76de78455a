using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks.Publishing;

/// <summary>The last check of a due post before it is published.</summary>
static class PublishCheck
{
    /// <summary>Why a due post cannot be published; null if it can.</summary>
    /// <param name="isTooLate">Whether it was due too long ago to be published without being asked for again.</param>
    public static Failure? Failure(Post post, Page page, Workspace workspace, IPublisher? publisher, DateTimeOffset now, bool isTooLate) =>
        !page.IsConnected ? FailureTexts.Of(FailureCode.PAGE_DISCONNECTED, page.DisconnectedReason)
        : publisher is null ? FailureTexts.Of(FailureCode.NOT_SUPPORTED)
        : !new ApprovalRules(workspace.ApprovalSettings, now).IsApprovedToPublish(post)
            ? FailureTexts.Of(FailureCode.APPROVAL_MISSING)
        : !post.HasAllMedia ? FailureTexts.Of(FailureCode.MEDIA_MISSING)
        : isTooLate ? FailureTexts.Of(FailureCode.HELD_LATE)
        : PostValidator.Faults(post).Select(fault => fault.Message).ToArray() is { Length: > 0 } faults
            ? FailureTexts.Of(FailureCode.NOT_VALID, string.Join(' ', faults))
        : null;
}
