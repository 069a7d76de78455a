using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Platform;

namespace Planable.Content.Posts;

/// <summary>Numbers of a post's files, by kind.</summary>
/// <param name="Unknown">Files that are not imported yet.</param>
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
/// Finds why a network would not accept a post. Drafts may have faults. A post must have none when it is scheduled, and is checked again
/// when it is due.
/// </summary>
static class PostValidator
{
    public static IEnumerable<FieldError> Faults(Post post) => Faults(post, MediaCounts.Of(post));

    public static IEnumerable<FieldError> Faults(Post post, MediaCounts media)
    {
        var rules = NetworkRule.All[post.Platform];
        foreach (var fault in PostTexts.Faults(post))
        {
            yield return fault;
        }
        if (media.All > rules.Media)
        {
            yield return new("media", $"{rules.Name} allows {rules.Media} file{(rules.Media == 1 ? "" : "s")}; this has {media.All}.");
        }
        if (media.All == 0 && (rules.NeedsMedia || BlankText.Is(post.Text)))
        {
            yield return new(
                "media", rules.NeedsVideo ? $"{rules.Name} requires a video." : rules.NeedsMedia ? $"{rules.Name} requires media."
                : $"{rules.Name} requires text or media.");
        }
        if (media.Gifs > 0 && !rules.AcceptsGifs)
        {
            yield return new("media", $"{rules.Name} does not accept GIFs.");
        }
        if (rules.NeedsVideo && media.Images + media.Gifs > 0)
        {
            yield return new("media", $"{rules.Name} accepts only videos.");
        }
        if (media.Videos > rules.Videos)
        {
            yield return new("media", rules.Videos == 0 ? $"{rules.Name} does not accept videos." : $"{rules.Name} allows one video.");
        }
        if (rules.Videos == 1 && media is { Videos: 1, All: > 1 } && rules.Media > 1)
        {
            yield return new("media", $"{rules.Name} does not allow a video together with other files.");
        }
        if (rules.NeedsBoard && post.Pinterest is null)
        {
            yield return new("pinterest.boardId", $"{rules.Name} requires a board.");
        }
    }
}
