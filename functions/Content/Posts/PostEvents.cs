using Planable.Content.Activity;
using Planable.Content.Events;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>Which events a write of posts causes.</summary>
static class PostEvents
{
    public static LoggedEvent Of(Post post, string type, string[]? fields = null) =>
        new(type, post.Id) { TeamOnly = post.TeamOnly, Fields = fields };

    public static IEnumerable<LoggedEvent> OfNew(Post[] posts, bool approved) =>
    [
        .. posts.Select(post => Of(post, EventTypes.PostCreated)),
        .. posts.Where(post => post.GoesOutAt is not null).Select(post => Of(post, EventTypes.PostScheduled)),
        .. approved ? posts.Select(post => Of(post, EventTypes.PostApproved)) : [],
    ];

    public static LoggedEvent OfNew(Post post, Comment comment) =>
        new(EventTypes.CommentCreated, IdKind.Comment.Format(post.Workspace, comment.Key))
        {
            Post = post.Id,
            TeamOnly = post.TeamOnly || comment.TeamOnly,
        };

    public static IEnumerable<LoggedEvent> OfEdit(PostChange change)
    {
        if (change.Fields.Where(field => field != "approved").ToArray() is { Length: > 0 } fields)
        {
            yield return Of(change.After, EventTypes.PostUpdated, fields);
        }
        if (IsScheduled(change))
        {
            yield return Of(change.After, EventTypes.PostScheduled);
        }
        if (change.IsApproval)
        {
            yield return Of(change.After, EventTypes.PostApproved);
        }
        else if (change.Before.Approvals.Except(change.After.Approvals).Any())
        {
            yield return Of(change.After, EventTypes.ApprovalWithdrawn);
        }
    }

    /// <summary>The type of a decision's event; null if it has none.</summary>
    public static string? TypeOf(PostAction action) => action switch
    {
        PostAction.APPROVAL_REQUESTED => EventTypes.ApprovalRequested,
        PostAction.APPROVED => EventTypes.PostApproved,
        PostAction.REJECTED => EventTypes.PostRejected,
        _ => null,
    };

    public static IEnumerable<LoggedEvent> OfDecision(PostChange change, PostAction action)
    {
        if (TypeOf(action) is { } type)
        {
            yield return Of(change.After, type);
        }
        if (IsScheduled(change))
        {
            yield return Of(change.After, EventTypes.PostScheduled);
        }
    }

    /// <summary>Whether the change sets or moves the time at which the post will be published.</summary>
    static bool IsScheduled(PostChange change) =>
        change.After.GoesOutAt is { } at && (at != change.Before.GoesOutAt || change.Before.Delivery != change.After.Delivery);
}
