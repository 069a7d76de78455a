using System.Text;
using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>What a file's bytes say that it is.</summary>
sealed record MediaFormat(string ContentType, MediaKind Kind)
{
    public static readonly MediaFormat
        Jpeg = new("image/jpeg", MediaKind.image), Png = new("image/png", MediaKind.image), Webp = new("image/webp", MediaKind.image),
        Avif = new("image/avif", MediaKind.image), Heic = new("image/heic", MediaKind.image), Gif = new("image/gif", MediaKind.gif),
        Mp4 = new("video/mp4", MediaKind.video), Mov = new("video/quicktime", MediaKind.video), Webm = new("video/webm", MediaKind.video);
}

/// <summary>What a file says of itself, as it is shown: turned, where it says so.</summary>
sealed record MediaFacts(int? Width, int? Height, double? DurationSeconds = null);

/// <summary>
/// Judges files by their bytes, whatever their names and headers say. What it reads of a file is little and bounded, whatever the file says
/// of its own lengths: nothing is decompressed, and nothing is kept but numbers.
/// </summary>
static class MediaInspection
{
    /// <summary>Bytes that are enough to recognize a file by.</summary>
    public const int Head = 256;

    /// <summary>
    /// The brands by which files of one family, the ISO base media file format, tell what they are.
    /// The first that is known counts.
    /// </summary>
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

    /// <summary>What a file is that begins so; null for anything that is not taken.</summary>
    public static MediaFormat? Recognize(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? MediaFormat.Jpeg
        : head.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n\x1A\n"u8]) ? MediaFormat.Png
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? MediaFormat.Gif
        : head.Length < 12 ? null
        : head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8) ? MediaFormat.Webp
        : WebmFile.Begins(head) ? MediaFormat.Webm
        : head[4..8].SequenceEqual("ftyp"u8) ? Branded(head)
        // QuickTime's own files, from before there were brands.
        : head[4..8].SequenceEqual("moov"u8) || head[4..8].SequenceEqual("mdat"u8) || head[4..8].SequenceEqual("wide"u8) ? MediaFormat.Mov
        : null;

    /// <summary>Reads what a file says of itself.</summary>
    /// <param name="file">All of it; seekable.</param>
    /// <exception cref="FetchFailure">It is damaged, cut short, or no picture is in it.</exception>
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

    /// <summary>A small JPEG of what a file shows; null where none can be made at a bounded cost.</summary>
    /// <param name="file">All of it; seekable, and read synchronously.</param>
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

    /// <summary>A file of sounds or texts alone.</summary>
    public static FetchFailure NoPicture() => new(MediaFailure.NotMedia);

    static MediaFormat? Branded(ReadOnlySpan<byte> head)
    {
        var end = Math.Min(head.Length, (int)Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(head), int.MaxValue));
        // The major brand, a version, and the brands that it is compatible with.
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
