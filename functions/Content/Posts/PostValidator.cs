using System.Globalization;
using System.Text.RegularExpressions;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Platform;

namespace Planable.Content.Posts;

/// <summary>A post's files by what they are.</summary>
/// <param name="Unknown">Files that are not here yet.</param>
sealed record MediaCounts(int Images = 0, int Gifs = 0, int Videos = 0, int Unknown = 0)
{
    public int All => Images + Gifs + Videos + Unknown;

    public static MediaCounts Of(Post post)
    {
        var known = post.Media.Where(one => one.File is not null).ToLookup(one => one.Kind);
        return new(known[MediaKind.image].Count(), known[MediaKind.gif].Count(),
            known[MediaKind.video].Count(), post.Media.Count(one => one.File is null));
    }
}

/// <summary>
/// Why a network would not take a post. Drafts may be anything; what is to be published must be without a fault when it is scheduled, and
/// is looked at once more when its time comes.
/// </summary>
static partial class PostValidator
{
    public static IEnumerable<FieldError> Faults(Post post) => Faults(post, MediaCounts.Of(post));

    public static IEnumerable<FieldError> Faults(Post post, MediaCounts media)
    {
        var rules = NetworkRule.All[post.Platform];
        if (TextLength.On(post.Platform, post.Text) is var length && length > rules.Text)
        {
            yield return new(
                "text", string.Create(CultureInfo.InvariantCulture, $"{rules.Name} takes {rules.Text} characters; this has {length}."));
        }
        if (rules.Hashtags is { } hashtags && Hashtag().Count(post.Text) is var tags && tags > hashtags)
        {
            yield return new("text", $"{rules.Name} takes {hashtags} hashtags; this has {tags}.");
        }
        if (media.All > rules.Media)
        {
            yield return new("media", $"{rules.Name} takes {rules.Media} file{(rules.Media == 1 ? "" : "s")}; this has {media.All}.");
        }
        if (media.All == 0 && (rules.NeedsMedia || string.IsNullOrWhiteSpace(post.Text)))
        {
            yield return new(
                "media", rules.NeedsVideo ? $"{rules.Name} takes a video." : rules.NeedsMedia ? $"{rules.Name} takes no post without media."
                : $"{rules.Name} takes no post without text or media.");
        }
        if (media.Gifs > 0 && !rules.TakesGifs)
        {
            yield return new("media", $"{rules.Name} takes no GIFs.");
        }
        if (rules.NeedsVideo && media.Images + media.Gifs > 0)
        {
            yield return new("media", $"{rules.Name} takes nothing but a video.");
        }
        if (media.Videos > rules.Videos)
        {
            yield return new("media", rules.Videos == 0 ? $"{rules.Name} takes no videos." : $"{rules.Name} takes one video.");
        }
        if (rules.Videos == 1 && media is { Videos: 1, All: > 1 } && rules.Media > 1)
        {
            yield return new("media", $"{rules.Name} takes a video alone.");
        }
        if (rules.NeedsBoard && post.Pinterest is null)
        {
            yield return new("pinterest.boardId", $"{rules.Name} needs a board.");
        }
        if (post.Platform == "youtube" && post.YoutubeTitle is null or "" && string.IsNullOrWhiteSpace(post.Text))
        {
            yield return new("youtubeTitle", $"{rules.Name} needs a title, or a text that begins with one.");
        }
    }

    [GeneratedRegex(@"#[\p{L}\p{N}_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Hashtag();
}
