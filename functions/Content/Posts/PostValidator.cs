using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Platform;

namespace Planable.Content.Posts;

/// <summary>
/// Finds why a network would not accept a post. Drafts may have faults. A post must have none when it is scheduled, and is checked again
/// when it is due, because its files may have been imported since.
/// </summary>
static class PostValidator
{
    public static IEnumerable<FieldError> Faults(Post post)
    {
        var (rules, media) = (NetworkRule.All[post.Platform], MediaRule.All[post.Platform]);
        foreach (var fault in PostTexts.Faults(post))
        {
            yield return fault;
        }
        if (post.Media is [] && (media.NeedsMedia || BlankText.Is(post.Text)))
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
    }

    /// <summary>What the network accepts but might refuse.</summary>
    public static IEnumerable<FieldError> Warnings(Post post) => PostTexts.Warnings(post)
        .Concat(MediaRule.All[post.Platform].Warnings(NetworkRule.All[post.Platform].Name, Files(post)));

    /// <summary>The files that could not be imported, and so will never be there.</summary>
    static IEnumerable<FieldError> NotImported(Post post)
    {
        var failed = post.Media.Index().Where(one => one.Item.Status is MediaStatus.error).Select(one => $"media[{one.Index}]");
        return (post.VideoThumbnail?.Status is MediaStatus.error ? failed.Append(NewVideoThumbnail.ThumbnailField) : failed)
            .Select(field => new FieldError(field, "Could not be imported. Send another file."));
    }

    static PostFile[] Files(Post post) => [.. post.Media.Select((one, index) => one.AsFile($"media[{index}]"))];
}
