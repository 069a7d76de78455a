using System.Globalization;
using System.Text.RegularExpressions;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Platform;

namespace Planable.Content.Posts;

/// <summary>
/// Finds why a network would not accept a post. Drafts may have faults. A post must have none when it is scheduled, and is checked again
/// when it is due, because its files may have been imported since.
/// </summary>
static partial class PostValidator
{
    public static IEnumerable<FieldError> Faults(Post post)
    {
        var (rules, media) = (NetworkRule.All[post.Platform], MediaRule.All[post.Platform]);
        if (TextLength.On(post.Platform, post.Text) is var length && length > rules.Text)
        {
            yield return new(
                "text", string.Create(CultureInfo.InvariantCulture, $"{rules.Name} allows {rules.Text} characters; this has {length}."));
        }
        if (rules.Hashtags is { } hashtags && Hashtag().Count(post.Text) is var tags && tags > hashtags)
        {
            yield return new("text", $"{rules.Name} allows {hashtags} hashtags; this has {tags}.");
        }
        if (post.Media is [] && (media.NeedsMedia || string.IsNullOrWhiteSpace(post.Text)))
        {
            yield return new(
                "media", media.NeedsVideo ? $"{rules.Name} requires a video." : media.NeedsMedia ? $"{rules.Name} requires media."
                : $"{rules.Name} requires text or media.");
        }
        foreach (var fault in media.Faults(rules.Name, Files(post), post.IsStory).Concat(NotImported(post)))
        {
            yield return fault;
        }
        if (rules.NeedsBoard && post.Pinterest is null)
        {
            yield return new("pinterest.boardId", $"{rules.Name} requires a board.");
        }
        if (post.Platform == "youtube" && post.YoutubeTitle is null or "" && string.IsNullOrWhiteSpace(post.Text))
        {
            yield return new("youtubeTitle", $"{rules.Name} requires a title or a text.");
        }
    }

    /// <summary>What the network accepts but might refuse.</summary>
    public static IEnumerable<FieldError> Warnings(Post post) =>
        MediaRule.All[post.Platform].Warnings(NetworkRule.All[post.Platform].Name, Files(post));

    /// <summary>The files that could not be imported, and so will never be there.</summary>
    static IEnumerable<FieldError> NotImported(Post post)
    {
        var failed = post.Media.Index().Where(one => one.Item.Status is MediaStatus.error).Select(one => $"media[{one.Index}]");
        return (post.VideoThumbnail?.Status is MediaStatus.error ? failed.Append(NewVideoThumbnail.ThumbnailField) : failed)
            .Select(field => new FieldError(field, "Could not be imported. Send another file."));
    }

    static PostFile[] Files(Post post) => [.. post.Media.Select((one, index) => one.AsFile($"media[{index}]"))];

    [GeneratedRegex(@"#[\p{L}\p{N}_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Hashtag();
}
