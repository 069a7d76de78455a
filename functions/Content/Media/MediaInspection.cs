using System.Text;
using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>
/// Detects and inspects files by their bytes, not by names or headers. Memory is bounded whatever lengths the file claims: nothing is
/// decompressed, and only numbers are kept.
/// </summary>
static class MediaInspection
{
    /// <summary>Bytes that are enough to recognize a file.</summary>
    public const int Head = 256;

    const int PageHead = 1024;

    /// <summary>Bytes that a JPEG decoder reads beyond the last pixels.</summary>
    const int DecoderAhead = 8;

    /// <summary>Brands of the ISO base media file format that identify pictures.</summary>
    static readonly Dictionary<string, MediaFormat> PictureBrands = new(StringComparer.Ordinal)
    {
        ["avif"] = MediaFormat.Avif,
        ["avis"] = MediaFormat.Avif,
        ["heic"] = MediaFormat.Heic,
        ["heix"] = MediaFormat.Heic,
        ["heim"] = MediaFormat.Heic,
        ["heis"] = MediaFormat.Heic,
        ["hevc"] = MediaFormat.Heic,
        ["hevx"] = MediaFormat.Heic,
    };

    /// <summary>What a web page has near its start.</summary>
    static readonly string[] PageTags = ["<!doctype html", "<html", "<head", "<body"];

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
        : Encoding.Latin1.GetString(head[4..8]) is "moov" or "mdat" or "wide" or "free" or "skip" or "pnot" ? MediaFormat.Mov
        : null;

    /// <summary>Whether a file that starts with these bytes is a web page.</summary>
    public static bool IsPage(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head[..Math.Min(head.Length, PageHead)]).TrimStart('\uFEFF').TrimStart();
        return text.StartsWith('<') && Array.Exists(PageTags, tag => text.Contains(tag, StringComparison.OrdinalIgnoreCase));
    }

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

    /// <summary>The picture as JPEG; null if none can be made within the limits of memory and time.</summary>
    /// <param name="file">The whole file; seekable, and read synchronously.</param>
    /// <param name="facts">What <see cref="InspectAsync"/> found.</param>
    /// <exception cref="FetchFailure">The file has no end marker, and not all of its picture.</exception>
    public static async Task<byte[]?> JpegAsync(
        Stream file, MediaFormat format, MediaFacts facts, JpegSize size, CancellationToken cancel)
    {
        var most = await MostPixelsAsync(file, format, cancel);
        if (facts.HasEnd)
        {
            return most == 0 ? null : (await Thumbnail.OfAsync(file, most, facts.Orientation, size, cancel)).Jpeg;
        }
        if (most == 0 || file.Length > Thumbnail.MostBytes)
        {
            throw Damaged();
        }
        using var padded = new MemoryStream();
        file.Position = 0;
        await file.CopyToAsync(padded, cancel);
        await padded.WriteAsync(new byte[format == MediaFormat.Jpeg ? DecoderAhead : 0], cancel);
        var (jpeg, isWhole) = await Thumbnail.OfAsync(padded, most, facts.Orientation, size, cancel);
        return isWhole ? jpeg : throw Damaged();
    }

    /// <summary>How many pixels a picture may have to be decoded; 0 if it must not be.</summary>
    static async ValueTask<long> MostPixelsAsync(Stream file, MediaFormat format, CancellationToken cancel)
    {
        if (format == MediaFormat.Jpeg)
        {
            var (facts, isProgressive, scan) = await JpegFile.ReadAsync(new FileWindow(file, cancel));
            return isProgressive ? Thumbnail.MostPixels
                : scan > Thumbnail.MostBytes || (long)facts.Width! * facts.Height!.Value > Thumbnail.MostScaledPixels ? 0
                : Thumbnail.MostScaledPixels;
        }
        return format.Kind is MediaKind.video || format == MediaFormat.Heic || format == MediaFormat.Avif
            || (format == MediaFormat.Webp && file.Length > Thumbnail.MostBytes) ? 0 : Thumbnail.MostPixels;
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
            if (PictureBrands.TryGetValue(Encoding.Latin1.GetString(head.Slice(at, 4)), out var format))
            {
                return format;
            }
        }
        // Any other brand may be a video; its tracks decide. Canon's raw photos have tracks like a video's.
        return head[8..12].SequenceEqual("crx "u8) ? null : head[8..12].SequenceEqual("qt  "u8) ? MediaFormat.Mov : MediaFormat.Mp4;
    }
}
