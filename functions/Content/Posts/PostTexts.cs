using System.Globalization;
using Planable.Content.NetworkRules;
using Planable.Platform;

namespace Planable.Content.Posts;

/// <summary>Finds what a network would not accept, or may not accept, of a post's texts.</summary>
static class PostTexts
{
    const int LongestYoutubeTitle = 100;

    public static IEnumerable<FieldError> Faults(Post post) =>
        Exceeded(post, isSure: true).Concat(post.Platform == "youtube" ? YoutubeTitle(post) : []);

    /// <summary>What the network's documents do not say for sure.</summary>
    public static IEnumerable<FieldError> Warnings(Post post) => Exceeded(post, isSure: false);

    static IEnumerable<FieldError> Exceeded(Post post, bool isSure)
    {
        foreach (var limit in TextLimit.All[post.Platform].Where(limit => limit.IsSure == isSure))
        {
            var text = limit.Parts.HasFlag(TextParts.Text) ? limit.Unit.Count(post.Text) : 0;
            var comment = limit.Parts.HasFlag(TextParts.FirstComment) ? limit.Unit.Count(post.FirstComment ?? "") : 0;
            if (text + comment > limit.Most)
            {
                yield return new(
                    comment > text ? "firstComment" : "text", Message(NetworkRule.All[post.Platform].Name, limit, text + comment));
            }
        }
    }

    static string Message(string network, TextLimit limit, int count)
    {
        if (limit.Most == 0)
        {
            return $"{network} {(limit.IsSure ? "does" : "may")} not accept {limit.Unit.Name}.";
        }
        var allows = limit.IsSure ? "allows" : "may allow only";
        var together = limit.Parts == (TextParts.Text | TextParts.FirstComment) ? " in the text and the first comment together" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{network} {allows} {limit.Most} {limit.Unit.Name}{together}; this has {count}.");
    }

    /// <summary>What is wrong with a video's title, which is the first line of the text unless the post has another.</summary>
    static IEnumerable<FieldError> YoutubeTitle(Post post)
    {
        var title = BlankText.Is(post.YoutubeTitle) ? null : post.YoutubeTitle;
        var line = post.Text.Split(['\n', '\r'], StringSplitOptions.TrimEntries).FirstOrDefault(line => !BlankText.Is(line));
        if (title is null && line is null)
        {
            yield return new("youtubeTitle", "YouTube requires a title or a text.");
        }
        else if (title is null && TextUnit.Characters.Count(line!) is var length && length > LongestYoutubeTitle)
        {
            yield return new("youtubeTitle", string.Create(
                CultureInfo.InvariantCulture,
                $"YouTube requires a title of up to {LongestYoutubeTitle} characters; the first line of the text has {length}."));
        }
        else if (title is not null && TextUnit.AngleBrackets.Count(title) > 0)
        {
            yield return new("youtubeTitle", $"YouTube does not accept {TextUnit.AngleBrackets.Name}.");
        }
    }
}
