using System.Collections.Frozen;
using Planable.Content.Pages;

namespace Planable.Content.NetworkRules;

/// <summary>A network's limits for posts, from its documentation; <see cref="MediaRule"/> has those for files.</summary>
/// <param name="Name">The display name.</param>
/// <param name="Text">Maximum characters of the text.</param>
/// <param name="NeedsBoard">Whether a board is required.</param>
/// <param name="Hashtags">Maximum hashtags in the text; null for no limit.</param>
sealed record NetworkRule(string Name, int Text, bool NeedsBoard = false, int? Hashtags = null)
{
    public static readonly FrozenDictionary<string, NetworkRule> All = new Dictionary<string, NetworkRule>(StringComparer.Ordinal)
    {
        ["facebook"] = new("Facebook", 63_206),
        ["instagram"] = new("Instagram", 2_200, Hashtags: 30),
        ["threads"] = new("Threads", 500),
        ["linkedin"] = new("LinkedIn", 3_000),
        ["youtube"] = new("YouTube", 5_000),
        ["tiktok"] = new("TikTok", 2_200),
        ["twitter"] = new("X", 280),
        ["pinterest"] = new("Pinterest", 500, NeedsBoard: true),
        ["googleMyBusiness"] = new("Google Business Profile", 1_500),
        [Platforms.Universal] = new("Universal", 25_000),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
