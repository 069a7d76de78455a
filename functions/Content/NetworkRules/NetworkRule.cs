using System.Collections.Frozen;
using Planable.Content.Pages;

namespace Planable.Content.NetworkRules;

/// <summary>What a network takes of a post, as its documentation says.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Text">Characters of the text.</param>
/// <param name="Media">Files a post may have.</param>
/// <param name="Videos">How many of them may be videos; a single one goes alone.</param>
/// <param name="NeedsMedia">Whether a text alone is no post.</param>
/// <param name="NeedsVideo">Whether it takes nothing but videos.</param>
/// <param name="TakesGifs">Whether it takes GIFs.</param>
/// <param name="NeedsBoard">Whether a post goes to a board.</param>
/// <param name="Hashtags">Hashtags in the text; null for any number.</param>
sealed record NetworkRule(
    string Name, int Text, int Media, int Videos = 1, bool NeedsMedia = false, bool NeedsVideo = false,
    bool TakesGifs = false, bool NeedsBoard = false,
    int? Hashtags = null)
{
    public static readonly FrozenDictionary<string, NetworkRule> All = new Dictionary<string, NetworkRule>(StringComparer.Ordinal)
    {
        ["facebook"] = new("Facebook", 63_206, Media: 10, TakesGifs: true),
        ["instagram"] = new("Instagram", 2_200, Media: 20, Videos: 20, NeedsMedia: true, Hashtags: 30),
        ["threads"] = new("Threads", 500, Media: 20, Videos: 20),
        ["linkedin"] = new("LinkedIn", 3_000, Media: 20, TakesGifs: true),
        ["youtube"] = new("YouTube", 5_000, Media: 1, NeedsMedia: true, NeedsVideo: true),
        ["tiktok"] = new("TikTok", 2_200, Media: 20, NeedsMedia: true),
        ["twitter"] = new("X", 280, Media: 4, TakesGifs: true),
        ["pinterest"] = new("Pinterest", 500, Media: 5, NeedsMedia: true, NeedsBoard: true),
        ["googleMyBusiness"] = new("Google Business Profile", 1_500, Media: 1, Videos: 0),
        [Platforms.Universal] = new("Universal", 25_000, Media: 20, Videos: 20, TakesGifs: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
