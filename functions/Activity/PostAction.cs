using System.Text.Json.Serialization;

namespace Planable.Activity;

/// <summary>What can happen to a post.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PostAction>))]
enum PostAction
{
    Created,
    Updated,
    Deleted,
    ApprovalRequested,
    Approved,
    Rejected,
}
