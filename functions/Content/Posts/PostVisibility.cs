using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Content.Posts;

static class PostVisibility
{
    /// <summary>Whether a caller with access to the workspace sees a post: clients do not see team-only posts.</summary>
    public static bool Sees(this Caller caller, Post post) => !(post.TeamOnly && caller.Creator.Role is Role.CLIENT);
}
