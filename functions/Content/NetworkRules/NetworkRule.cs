using System.Collections.Frozen;
using Planable.Content.Pages;

namespace Planable.Content.NetworkRules;

/// <summary>A network's limits for posts, from its documentation. Those of texts are in <see cref="TextLimit"/>.</summary>
/// <param name="Name">The display name.</param>
/// <param name="Media">Maximum files of a post.</param>
/// <param name="Videos">Maximum videos of a post; if 1, a video cannot be combined with other files.</param>
/// <param name="NeedsMedia">Whether media is required.</param>
/// <param name="NeedsVideo">Whether only videos are accepted.</param>
/// <param name="AcceptsGifs">Whether GIFs are accepted.</param>
/// <param name="NeedsBoard">Whether a board is required.</param>
sealed record NetworkRule(
    string Name, int Media, int Videos = 1, bool NeedsMedia = false, bool NeedsVideo = false,
    bool AcceptsGifs = false, bool NeedsBoard = false)
{
    public static readonly FrozenDictionary<string, NetworkRule> All = new Dictionary<string, NetworkRule>(StringComparer.Ordinal)
    {
        ["facebook"] = new("Facebook", Media: 10, AcceptsGifs: true),
        ["instagram"] = new("Instagram", Media: 20, Videos: 20, NeedsMedia: true),
        ["threads"] = new("Threads", Media: 20, Videos: 20),
        ["linkedin"] = new("LinkedIn", Media: 20, AcceptsGifs: true),
        ["youtube"] = new("YouTube", Media: 1, NeedsMedia: true, NeedsVideo: true),
        ["tiktok"] = new("TikTok", Media: 20, NeedsMedia: true),
        ["twitter"] = new("X", Media: 4, AcceptsGifs: true),
        ["pinterest"] = new("Pinterest", Media: 5, NeedsMedia: true, NeedsBoard: true),
        ["googleMyBusiness"] = new("Google Business Profile", Media: 1, Videos: 0),
        [Platforms.Universal] = new("Universal", Media: 20, Videos: 20, AcceptsGifs: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
