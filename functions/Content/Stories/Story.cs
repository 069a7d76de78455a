using System.Text.Json.Serialization;
using Planable.Content.Media;
using Planable.Platform.Http;

namespace Planable.Content.Stories;

/// <summary>Rules for stories on all networks. Each frame is a separate post with one file.</summary>
static class Story
{
    /// <summary>The kinds of file that a frame may have.</summary>
    public static readonly MediaKind[] Kinds = [MediaKind.image, MediaKind.video];

    /// <summary>Whether a platform has stories.</summary>
    public static bool IsOn(string platform) => platform is "instagram" or "facebook";
}

/// <summary>A sticker to add to a story by hand.</summary>
public sealed record Sticker
{
    /// <summary>The type.</summary>
    [Required]
    public StickerType? Type { get; init; }

    /// <summary>The text, or the name of the place, person or song.</summary>
    /// <example>Bucharest</example>
    [Required(AllowEmptyStrings = true), Characters(1_000)]
    public string Value { get; init; } = null!;
}

/// <summary>The type of a sticker.</summary>
[JsonConverter(typeof(StickerTypeConverter))]
public enum StickerType
{
    text,
    location,
    link,
    music,
    mention,
    hashtags,
    questions,
    notes,
    fundraiser,
    feelings,
    other,
}

public sealed class StickerTypeConverter : NameConverter<StickerType>;
