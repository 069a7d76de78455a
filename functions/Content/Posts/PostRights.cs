using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;

namespace Planable.Content.Posts;

/// <summary>What a caller with access to the workspace may see and change of a post.</summary>
static class PostRights
{
    /// <summary>Whether a caller sees a post: clients do not see team-only posts.</summary>
    public static bool Sees(this Caller caller, Post post) => !(post.TeamOnly && caller.Creator.Role is Role.CLIENT);

    /// <summary>
    /// Why this caller may not change a post in this way; null if it may. A change of what is published, or when, requires PUBLISH.
    /// </summary>
    /// <param name="before">Null if the post is created.</param>
    /// <param name="after">Null if the post is deleted.</param>
    public static Problem? CheckPublish(this Caller caller, Post? before, Post? after)
    {
        var isSame = before?.GoesOutAt == after?.GoesOutAt && (before?.GoesOutAt is null || !PostChange.Content(before, after!).Any());
        return isSame || caller.Check((before ?? after)!.Workspace, Permission.PUBLISH) is not { } problem ? null
            : Problems.Forbidden("This would change what is published, or when. " + problem.Message);
    }
}
