using System.Globalization;
using Planable.Content.Media;

namespace Planable.Content.NetworkRules;

/// <summary>A file of a post, as a network sees it.</summary>
/// <param name="Field">The field that names it.</param>
/// <param name="Kind">Null if unknown.</param>
/// <param name="Format">Null if unknown, as are the size and the length.</param>
sealed record PostFile(string Field, MediaKind? Kind, MediaFormat? Format, long? Bytes, int? Width, int? Height, double? Seconds);

/// <summary>The least and the most of a measure, and how to say it.</summary>
sealed record Between(double Least, double Most, string Text)
{
    public bool Allows(double value) => value >= Least && value <= Most;
}

/// <summary>A network's limits for one kind of file; null where no limit is known.</summary>
sealed record FileLimits
{
    const int Kilobyte = 1024, Megabyte = 1024 * 1024;

    public MediaFormat[]? Formats { get; init; }

    public int? LeastKilobytes { get; init; }

    public int? Megabytes { get; init; }

    /// <summary>The least width and height.</summary>
    public int? LeastSide { get; init; }

    /// <summary>The most pixels of width and of height.</summary>
    public (int Width, int Height)? Frame { get; init; }

    public long? Pixels { get; init; }

    /// <summary>Width divided by height.</summary>
    public Between? Ratio { get; init; }

    public Between? Seconds { get; init; }

    /// <summary>Why the network does not accept a file, as sentences.</summary>
    /// <param name="network">The network's display name.</param>
    /// <param name="files">The kind of file, in plural.</param>
    public IEnumerable<string> Faults(PostFile file, string network, string files)
    {
        if (Formats is not null && file.Format is { } format && !Formats.Contains(format))
        {
            yield return $"{network} does not accept {format.Name}. Send {string.Join(" or ", Formats.Select(one => one.Name))}.";
        }
        if (file.Bytes < LeastKilobytes * Kilobyte)
        {
            yield return Say(
                $"{network} requires {files} of at least {LeastKilobytes} KB; this has {(double)file.Bytes / Kilobyte:0.#} KB.");
        }
        if (file.Bytes > Megabytes * (long)Megabyte)
        {
            yield return Say($"{network} allows {files} of at most {Megabytes} MB; this has {(double)file.Bytes / Megabyte:0.##} MB.");
        }
        if (file is { Width: { } width, Height: { } height })
        {
            foreach (var fault in OfSize(width, height))
            {
                yield return Say($"{network} {fault}; this has {width} × {height}.");
            }
        }
        if (file.Seconds is { } seconds && Seconds?.Allows(seconds) is false)
        {
            yield return Say($"{network} allows {files} of {Seconds.Text} seconds; this has {seconds:0.##}.");
        }

        IEnumerable<FormattableString> OfSize(int width, int height)
        {
            if (Math.Min(width, height) < LeastSide)
            {
                yield return $"requires {files} of at least {LeastSide} × {LeastSide} pixels";
            }
            if (Frame is var (most, high) && (width > most || height > high))
            {
                yield return $"allows {files} of at most {most} × {high} pixels";
            }
            if ((long)width * height > Pixels)
            {
                yield return $"allows {files} of at most {Pixels} pixels in all";
            }
            // Networks state ratios with two decimals.
            if (Ratio?.Allows(Math.Round((double)width / height, 2)) is false)
            {
                yield return $"allows {files} of {Ratio.Text} (width to height)";
            }
        }
    }

    static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
