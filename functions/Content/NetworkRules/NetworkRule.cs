using System.Collections.Frozen;
using Planable.Content.Pages;

namespace Planable.Content.NetworkRules;

/// <summary>A network's limits for posts, from its documentation.</summary>
/// <param name="Name">The display name.</param>
/// <param name="Text">Maximum characters of the text.</param>
/// <param name="Media">Maximum files of a post.</param>
/// <param name="Videos">Maximum videos of a post; if 1, a video cannot be combined with other files.</param>
/// <param name="NeedsMedia">Whether media is required.</param>
/// <param name="NeedsVideo">Whether only videos are accepted.</param>
/// <param name="AcceptsGifs">Whether GIFs are accepted.</param>
/// <param name="NeedsBoard">Whether a board is required.</param>
/// <param name="Hashtags">Maximum hashtags in the text; null for no limit.</param>
sealed record NetworkRule(
    string Name, int Text, int Media, int Videos = 1, bool NeedsMedia = false, bool NeedsVideo = false,
    bool AcceptsGifs = false, bool NeedsBoard = false,
    int? Hashtags = null)
{
    public static readonly FrozenDictionary<string, NetworkRule> All = new Dictionary<string, NetworkRule>(StringComparer.Ordinal)
    {
        ["facebook"] = new("Facebook", 63_206, Media: 10, AcceptsGifs: true),
        ["instagram"] = new("Instagram", 2_200, Media: 20, Videos: 20, NeedsMedia: true, Hashtags: 30),
        ["threads"] = new("Threads", 500, Media: 20, Videos: 20),
        ["linkedin"] = new("LinkedIn", 3_000, Media: 20, AcceptsGifs: true),
        ["youtube"] = new("YouTube", 5_000, Media: 1, NeedsMedia: true, NeedsVideo: true),
        ["tiktok"] = new("TikTok", 2_200, Media: 20, NeedsMedia: true),
        ["twitter"] = new("X", 280, Media: 4, AcceptsGifs: true),
        ["pinterest"] = new("Pinterest", 500, Media: 5, NeedsMedia: true, NeedsBoard: true),
        ["googleMyBusiness"] = new("Google Business Profile", 1_500, Media: 1, Videos: 0),
        [Platforms.Universal] = new("Universal", 25_000, Media: 20, Videos: 20, AcceptsGifs: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
