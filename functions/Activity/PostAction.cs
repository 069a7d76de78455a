using System.Text.Json.Serialization;

namespace Planable.Activity;

/// <summary>What can happen to a post. Reactions to its comments are not told of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PostAction>))]
enum PostAction
{
    Created,
    Updated,
    Deleted,
    ApprovalRequested,
    Approved,
    Rejected,
    Commented,
    CommentEdited,
    CommentDeleted,
    Shared,
    Unshared,
    CampaignDetached,
}
