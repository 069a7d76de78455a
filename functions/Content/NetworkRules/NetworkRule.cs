using System.Collections.Frozen;
using Planable.Content.Pages;

namespace Planable.Content.NetworkRules;

/// <summary>A network; <see cref="TextLimit"/> has its limits for a post's texts and <see cref="MediaRule"/> those for its files.</summary>
/// <param name="Name">The display name.</param>
/// <param name="NeedsBoard">Whether a board is required.</param>
sealed record NetworkRule(string Name, bool NeedsBoard = false)
{
    public static readonly FrozenDictionary<string, NetworkRule> All = new Dictionary<string, NetworkRule>(StringComparer.Ordinal)
    {
        ["facebook"] = new("Facebook"),
        ["instagram"] = new("Instagram"),
        ["threads"] = new("Threads"),
        ["linkedin"] = new("LinkedIn"),
        ["youtube"] = new("YouTube"),
        ["tiktok"] = new("TikTok"),
        ["twitter"] = new("X"),
        ["pinterest"] = new("Pinterest", NeedsBoard: true),
        ["googleMyBusiness"] = new("Google Business Profile"),
        [Platforms.Universal] = new("Universal"),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
