using System.Text.Json.Serialization;

namespace Planable.Content.Activity;

/// <summary>What can happen to a post. Reactions to comments are not recorded.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PostAction>))]
enum PostAction
{
    CREATED,
    UPDATED,
    DELETED,
    APPROVAL_REQUESTED,
    APPROVED,
    REJECTED,
    COMMENTED,
    COMMENT_EDITED,
    COMMENT_DELETED,
    SHARED,
    UNSHARED,
    CAMPAIGN_DETACHED,
    PUBLISHED,
    PUBLISH_FAILED,
    PUBLISH_RETRIED,
}
