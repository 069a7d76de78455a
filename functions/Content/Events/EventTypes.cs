namespace Planable.Content.Events;

/// <summary>What can happen, by the names that listeners get.</summary>
static class EventTypes
{
    public const string PostCreated = "post.created", PostUpdated = "post.updated", PostDeleted = "post.deleted",
        PostScheduled = "post.scheduled", ApprovalRequested = "post.approval_requested", PostApproved = "post.approved",
        ApprovalWithdrawn = "post.approval_withdrawn", PostRejected = "post.rejected", PostPublished = "post.published",
        PartiallyPublished = "post.partially_published", PublishFailed = "post.publish_failed", CommentCreated = "comment.created",
        MediaReady = "media.ready", MediaFailed = "media.failed", MetricsSynced = "metrics.synced",
        PageDisconnected = "page.disconnected";

    public static readonly string[] All =
    [
        PostCreated, PostUpdated, PostDeleted, PostScheduled, ApprovalRequested, PostApproved, ApprovalWithdrawn, PostRejected,
        PostPublished, PartiallyPublished, PublishFailed, CommentCreated, MediaReady, MediaFailed,
        MetricsSynced, PageDisconnected,
    ];
}
