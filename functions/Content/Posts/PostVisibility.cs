using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Content.Posts;

static class PostVisibility
{
    /// <summary>Whether a caller sees a post of a workspace that it may enter: clients do not see what is for the team only.</summary>
    public static bool Sees(this Caller caller, Post post) => !(post.TeamOnly && caller.Creator.Role is Role.CLIENT);
}
