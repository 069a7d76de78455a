using System.Collections.Frozen;
using Planable.Content.Pages;

namespace Planable.Content.NetworkRules;

[Flags]
enum TextParts
{
    Text = 1,
    FirstComment = 2,
}

/// <summary>The most that a network accepts of something in a post's texts.</summary>
/// <param name="Parts">The texts that it counts, together.</param>
/// <param name="Most">0 if it accepts none.</param>
/// <param name="IsSure">Whether the network's own documents say so. If not, nothing is refused, and validation warns.</param>
sealed record TextLimit(TextParts Parts, TextUnit Unit, int Most, bool IsSure = true)
{
    const TextParts Text = TextParts.Text, FirstComment = TextParts.FirstComment;

    /// <summary>The limits of each network. The comment above a limit says where it comes from.</summary>
    public static readonly FrozenDictionary<string, TextLimit[]> All = new Dictionary<string, TextLimit[]>(StringComparer.Ordinal)
    {
        ["facebook"] =
        [
            // The API's reference names no number; this is the one that its published clients have.
            new(Text, TextUnit.Characters, 63_206),
        ],
        ["instagram"] =
        [
            // developers.facebook.com, Instagram Graph API reference, IG User, Media, "caption"
            new(Text, TextUnit.Characters, 2_200),
            new(Text, TextUnit.Mentions, 20),
            new(Text | FirstComment, TextUnit.Hashtags, 30),
            // Reported by the press in December 2025; the API's reference still says 30.
            new(Text | FirstComment, TextUnit.Hashtags, 5, IsSure: false),
            // As the app has it; the API's reference names no number.
            new(FirstComment, TextUnit.Characters, 2_200, IsSure: false),
        ],
        ["threads"] =
        [
            // developers.facebook.com/documentation/threads/posts, "Limitations"; the first comment is a reply, and a reply is a post.
            new(Text, TextUnit.EmojiBytes, 500),
            new(FirstComment, TextUnit.EmojiBytes, 500),
            // developers.facebook.com/documentation/threads/create-posts/text-attachments, "How links are counted"
            new(Text, TextUnit.DifferentLinks, 5),
            new(FirstComment, TextUnit.DifferentLinks, 5),
        ],
        ["linkedin"] =
        [
            // The API's reference names no number; this is the one that its published clients have.
            new(Text, TextUnit.Characters, 3_000),
            // As the app has it; the API's reference names no number.
            new(FirstComment, TextUnit.Characters, 1_250, IsSure: false),
        ],
        ["youtube"] =
        [
            // developers.google.com/youtube/v3/docs/videos, "snippet.description"
            new(Text, TextUnit.Bytes, 5_000),
            new(Text, TextUnit.AngleBrackets, 0),
        ],
        ["tiktok"] =
        [
            // developers.tiktok.com/doc/content-posting-api-reference-direct-post, "title"
            new(Text, TextUnit.Utf16, 2_200),
            // The Content Posting API has no comments.
            new(FirstComment, TextUnit.Comments, 0, IsSure: false),
        ],
        ["twitter"] =
        [
            // docs.x.com/fundamentals/counting-characters; the first comment is a reply, and a reply is a post.
            new(Text, TextUnit.Weight, 280),
            new(FirstComment, TextUnit.Weight, 280),
        ],
        ["pinterest"] =
        [
            // github.com/pinterest/api-description, v5/openapi.yaml (5.23.0), "description"
            new(Text, TextUnit.Characters, 800),
            // The number of earlier versions, which the apps still have.
            new(Text, TextUnit.Characters, 500, IsSure: false),
            // The API has no comments.
            new(FirstComment, TextUnit.Comments, 0, IsSure: false),
        ],
        ["googleMyBusiness"] =
        [
            // The API's reference names no number; this is the one that its published clients have.
            new(Text, TextUnit.Characters, 1_500),
            // The API has no comments.
            new(FirstComment, TextUnit.Comments, 0, IsSure: false),
        ],
        // The contract's own maximum.
        [Platforms.Universal] = [new(Text, TextUnit.Characters, 25_000)],
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
