namespace Planable.Content.Media;

/// <summary>A file's properties as displayed, after rotation.</summary>
sealed record MediaFacts(int? Width, int? Height, double? DurationSeconds = null)
{
    /// <summary>How a picture is turned and mirrored for display, numbered as in EXIF. The thumbnail is made by it, too.</summary>
    public int Orientation { get; private init; } = 1;

    /// <summary>Whether the file has its end marker. Without one, only decoding shows whether the picture is whole.</summary>
    public bool HasEnd { get; init; } = true;

    /// <param name="width">The stored width, before rotation.</param>
    /// <param name="height">The stored height, before rotation.</param>
    /// <param name="orientation">Null for an upright picture.</param>
    public static MediaFacts Of(int width, int height, int? orientation) =>
        (orientation >= 5 ? new MediaFacts(height, width) : new(width, height)) with { Orientation = orientation ?? 1 };
}
