using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Planable.Content.Media;
using Planable.Platform.Http;

namespace Planable.Content.Stories;

/// <summary>What the networks' stories have in common: each frame is a post of its own, which shows one file.</summary>
static class Story
{
    /// <summary>What a frame may show.</summary>
    public static readonly MediaKind[] Kinds = [MediaKind.image, MediaKind.video];

    /// <summary>Whether a platform has stories.</summary>
    public static bool IsOn(string platform) => platform is "instagram" or "facebook";
}

/// <summary>Something to be put on a story by hand.</summary>
public sealed record Sticker
{
    /// <summary>What it is.</summary>
    [Required]
    public StickerType? Type { get; init; }

    /// <summary>What it says, or names.</summary>
    /// <example>Bucharest</example>
    [Required(AllowEmptyStrings = true), Characters(1_000)]
    public string Value { get; init; } = null!;
}

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
