using System.Text;
using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>A file format, detected from the bytes.</summary>
sealed record MediaFormat(string ContentType, MediaKind Kind)
{
    public static readonly MediaFormat
        Jpeg = new("image/jpeg", MediaKind.image), Png = new("image/png", MediaKind.image), Webp = new("image/webp", MediaKind.image),
        Avif = new("image/avif", MediaKind.image), Heic = new("image/heic", MediaKind.image), Gif = new("image/gif", MediaKind.gif),
        Mp4 = new("video/mp4", MediaKind.video), Mov = new("video/quicktime", MediaKind.video), Webm = new("video/webm", MediaKind.video);
}

/// <summary>A file's properties as displayed, after rotation.</summary>
sealed record MediaFacts(int? Width, int? Height, double? DurationSeconds = null);

/// <summary>
/// Detects and inspects files by their bytes, not by names or headers. Memory is bounded whatever lengths the file claims: nothing is
/// decompressed, and only numbers are kept.
/// </summary>
static class MediaInspection
{
    /// <summary>Bytes that are enough to recognize a file.</summary>
    public const int Head = 256;

    /// <summary>Brands that identify the formats of the ISO base media file family. The first known brand of a file decides.</summary>
    static readonly Dictionary<string, MediaFormat> Brands = new(StringComparer.Ordinal)
    {
        ["avif"] = MediaFormat.Avif,
        ["avis"] = MediaFormat.Avif,
        ["heic"] = MediaFormat.Heic,
        ["heix"] = MediaFormat.Heic,
        ["heim"] = MediaFormat.Heic,
        ["heis"] = MediaFormat.Heic,
        ["hevc"] = MediaFormat.Heic,
        ["hevx"] = MediaFormat.Heic,
        ["qt  "] = MediaFormat.Mov,
        ["isom"] = MediaFormat.Mp4,
        ["iso2"] = MediaFormat.Mp4,
        ["iso4"] = MediaFormat.Mp4,
        ["iso5"] = MediaFormat.Mp4,
        ["iso6"] = MediaFormat.Mp4,
        ["mp41"] = MediaFormat.Mp4,
        ["mp42"] = MediaFormat.Mp4,
        ["avc1"] = MediaFormat.Mp4,
        ["M4V "] = MediaFormat.Mp4,
        ["M4VH"] = MediaFormat.Mp4,
        ["M4VP"] = MediaFormat.Mp4,
        ["MSNV"] = MediaFormat.Mp4,
        ["dash"] = MediaFormat.Mp4,
    };

    /// <summary>The format of a file that starts with these bytes; null if it is not supported.</summary>
    public static MediaFormat? Recognize(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? MediaFormat.Jpeg
        : head.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n\x1A\n"u8]) ? MediaFormat.Png
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? MediaFormat.Gif
        : head.Length < 12 ? null
        : head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8) ? MediaFormat.Webp
        : WebmFile.Begins(head) ? MediaFormat.Webm
        : head[4..8].SequenceEqual("ftyp"u8) ? Branded(head)
        // Old QuickTime files, which have no brands.
        : head[4..8].SequenceEqual("moov"u8) || head[4..8].SequenceEqual("mdat"u8) || head[4..8].SequenceEqual("wide"u8) ? MediaFormat.Mov
        : null;

    /// <summary>Reads a file's properties.</summary>
    /// <param name="file">The whole file; seekable.</param>
    /// <exception cref="FetchFailure">The file is damaged, cut short, or has no picture.</exception>
    public static async Task<MediaFacts> InspectAsync(Stream file, MediaFormat format, CancellationToken cancel)
    {
        var window = new FileWindow(file, cancel);
        var facts = format switch
        {
            _ when format == MediaFormat.Jpeg => (await JpegFile.ReadAsync(window)).Facts,
            _ when format == MediaFormat.Png => await PngFile.ReadAsync(window),
            _ when format == MediaFormat.Gif => await GifFile.ReadAsync(window),
            _ when format == MediaFormat.Webp => await WebpFile.ReadAsync(window),
            _ when format == MediaFormat.Webm => await WebmFile.ReadAsync(window),
            _ => await IsoFile.ReadAsync(window, format.Kind),
        };
        return facts is { Width: > 0, Height: > 0 } ? facts : throw Damaged();
    }

    /// <summary>A JPEG thumbnail; null if none can be made within the limits of memory and time.</summary>
    /// <param name="file">The whole file; seekable, and read synchronously.</param>
    public static async Task<byte[]?> ThumbnailAsync(Stream file, MediaFormat format, CancellationToken cancel)
    {
        if (format == MediaFormat.Jpeg)
        {
            var (facts, isProgressive, scan) = await JpegFile.ReadAsync(new FileWindow(file, cancel));
            return isProgressive ? await Thumbnail.OfAsync(file, Thumbnail.MostPixels, cancel)
                : scan > Thumbnail.MostBytes || (long)facts.Width! * facts.Height!.Value > Thumbnail.MostScaledPixels ? null
                : await Thumbnail.OfAsync(file, Thumbnail.MostScaledPixels, cancel);
        }
        return format.Kind is MediaKind.video || format == MediaFormat.Heic || format == MediaFormat.Avif
            || (format == MediaFormat.Webp && file.Length > Thumbnail.MostBytes) ? null
            : await Thumbnail.OfAsync(file, Thumbnail.MostPixels, cancel);
    }

    public static FetchFailure Damaged() => new(MediaFailure.Damaged);

    /// <summary>The file has only sound or text.</summary>
    public static FetchFailure NoPicture() => new(MediaFailure.NotMedia);

    static MediaFormat? Branded(ReadOnlySpan<byte> head)
    {
        var end = Math.Min(head.Length, (int)Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(head), int.MaxValue));
        // The layout is: major brand, version, compatible brands.
        for (var at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            if (Brands.TryGetValue(Encoding.Latin1.GetString(head.Slice(at, 4)), out var format))
            {
                return format;
            }
        }
        return null;
    }
}
