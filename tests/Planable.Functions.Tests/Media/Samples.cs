using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace Planable.Functions.Tests.Media;

/// <summary>Files of every kind that is taken, as small as they can be: what a decoder makes, and boxes laid out by hand.</summary>
static class Samples
{
    public const int Width = 64, Height = 48;
    public const double Seconds = 2.5;

    /// <summary>One of each, by its content type.</summary>
    public static readonly Dictionary<string, byte[]> All = new(StringComparer.Ordinal)
    {
        ["image/jpeg"] = Jpeg(),
        ["image/png"] = Encoded(SKEncodedImageFormat.Png),
        ["image/webp"] = Encoded(SKEncodedImageFormat.Webp),
        ["image/gif"] = Gif(),
        ["image/avif"] = Picture("avif"),
        ["image/heic"] = Picture("heic"),
        ["video/mp4"] = Mp4(),
        ["video/quicktime"] = Mp4("qt  "),
        ["video/webm"] = Webm(),
    };

    /// <summary>Four quarters: red, green, blue, white.</summary>
    public static byte[] Encoded(SKEncodedImageFormat format, int width = Width, int height = Height, int quality = 90)
    {
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        using var paint = new SKPaint();
        foreach (var (color, x, y) in new[] { (SKColors.Red, 0, 0), (SKColors.Lime, width / 2, 0), (SKColors.Blue, 0, height / 2) })
        {
            paint.Color = color;
            canvas.DrawRect(x, y, width / 2, height / 2, paint);
        }
        return bitmap.Encode(format, quality).ToArray();
    }

    /// <param name="orientation">As EXIF says it.</param>
    public static byte[] Jpeg(int width = Width, int height = Height, ushort? orientation = null)
    {
        var plain = Encoded(SKEncodedImageFormat.Jpeg, width, height);
        return orientation is not { } turned ? plain :
        [
            .. plain[..2], 0xFF, 0xE1, .. Big16(34), .. "Exif\0\0"u8, .. Exif(turned), .. plain[2..],
        ];
    }

    /// <summary>A picture of each format that EXIF turns, in each of the ways to say so.</summary>
    public static byte[][] Oriented(int width, int height, ushort orientation) =>
    [
        Jpeg(width, height, orientation), Png(width, height, orientation), Png(width, height, orientation, isLast: true),
        Webp(width, height, orientation), Webp(width, height, orientation, "Exif\0\0"),
    ];

    /// <summary>An EXIF that has the orientation alone.</summary>
    static byte[] Exif(ushort orientation) =>
        [.. "MM"u8, .. Big16(42), .. Big32(8), .. Big16(1), .. Big16(0x0112), .. Big16(3), .. Big32(1), .. Big16(orientation),
            .. Big16(0), .. Big32(0)];

    /// <param name="isLast">Whether the orientation comes behind the pixels.</param>
    public static byte[] Png(int width, int height, ushort orientation, bool isLast = false)
    {
        var plain = Encoded(SKEncodedImageFormat.Png, width, height);
        var at = isLast ? plain.Length - 12 : 33;
        return [.. plain[..at], .. Chunk("eXIf", Exif(orientation)), .. plain[at..]];
    }

    /// <param name="name">What some writers put before the orientation, as in a JPEG.</param>
    public static byte[] Webp(int width, int height, ushort orientation, string name = "")
    {
        var plain = Encoded(SKEncodedImageFormat.Webp, width, height);
        byte[] exif = [.. Encoding.ASCII.GetBytes(name), .. Exif(orientation)];
        return Riff([.. VP8X(width, height), .. plain[12..], .. RiffChunk("EXIF", exif)]);
    }

    /// <summary>The head of a JPEG that promises so much.</summary>
    /// <param name="scanned">How many of its three components its first scan has.</param>
    public static byte[] JpegOf(ushort width, ushort height, byte frame, byte scanned = 3) =>
        [0xFF, 0xD8, 0xFF, frame, .. Big16(17), 8, .. Big16(height), .. Big16(width), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
            0xFF, 0xDA, .. Big16((ushort)(6 + (2 * scanned))), scanned,
            .. ((byte[])[1, 0, 2, 0, 3, 0])[..(2 * scanned)], 0, 63, 0, 0, 0xFF, 0xD9];

    /// <summary>The head of a PNG that promises so much.</summary>
    public static byte[] PngOf(uint width, uint height) =>
        [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR", [.. Big32(width), .. Big32(height), 8, 6, 0, 0, 0]),
            .. Chunk("IDAT", [0x78, 0x9C, 3, 0, 0, 0, 0, 1]), .. Chunk("IEND", [])];

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. Big32((uint)data.Length), .. body, .. Big32(System.IO.Hashing.Crc32.HashToUInt32(body))];
    }

    /// <summary>One black picture, shown twice for 1.25 seconds.</summary>
    /// <param name="comment">Whatever else is to be in it.</param>
    public static byte[] Gif(ushort width = Width, ushort height = Height, string comment = "")
    {
        byte[] frame = [0x21, 0xF9, 4, 0, 125, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        return [.. "GIF89a"u8, .. Little16(width), .. Little16(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255,
            .. comment.Length == 0 ? []
                : (byte[])[0x21, 0xFE, (byte)comment.Length, .. Encoding.ASCII.GetBytes(comment), 0], .. frame, .. frame, 0x3B];
    }

    /// <summary>A WebP that promises so much, without loss.</summary>
    public static byte[] WebpOf(uint width, uint height) => Riff(
        RiffChunk("VP8L", [0x2F, .. BitConverter.GetBytes((width - 1) | ((height - 1) << 14)), .. new byte[11]]));

    /// <summary>A WebP of more than one picture.</summary>
    public static byte[] WebpExtended(int width, int height) =>
        Riff([.. VP8X(width, height), .. RiffChunk("ANMF", new byte[40]), .. RiffChunk("ANMF", new byte[40])]);

    static byte[] VP8X(int width, int height) => RiffChunk(
        "VP8X", [8, 0, 0, 0, .. BitConverter.GetBytes(width - 1)[..3], .. BitConverter.GetBytes(height - 1)[..3]]);

    static byte[] Riff(byte[] chunks) => [.. "RIFF"u8, .. BitConverter.GetBytes(4 + chunks.Length), .. "WEBP"u8, .. chunks];

    static byte[] RiffChunk(string type, byte[] body) =>
        [.. Encoding.ASCII.GetBytes(type), .. BitConverter.GetBytes(body.Length), .. body, .. new byte[body.Length % 2]];

    public static byte[] Mp4(
        string brand = "isom", bool isLast = false, bool isTurned = false, bool isLong = false,
        bool isFragmented = false, bool hasPicture = true, int data = 16, bool isMovieTurned = false, bool isSizeInSamples = false)
    {
        var movie = Movie(isTurned, isLong, isFragmented, hasPicture, isMovieTurned, isSizeInSamples);
        var media = Box("mdat", new byte[data]);
        return [.. Brand(brand, brand), .. isLast ? media : [], .. movie, .. isLast ? [] : media];
    }

    /// <summary>An old QuickTime file, which has no brand.</summary>
    public static byte[] Unbranded() => [.. Box("mdat", new byte[16]), .. Movie()];

    public static byte[] Movie(
        bool isTurned = false, bool isLong = false, bool isFragmented = false, bool hasPicture = true, bool isMovieTurned = false,
        bool isSizeInSamples = false)
    {
        var known = isFragmented ? 0 : (ulong)(Seconds * 1000);
        byte[] head = isLong ? [1, 0, 0, 0, .. new byte[16], .. Big32(1000), .. Big64(known), .. new byte[16], .. Matrix(isMovieTurned)]
            : [0, 0, 0, 0, .. new byte[8], .. Big32(1000), .. Big32((uint)known), .. new byte[16], .. Matrix(isMovieTurned)];
        byte[] samples = [0, 0, 0, 0, .. Big32(1), .. Box("avc1", [.. new byte[24], .. Big16(Width), .. Big16(Height), .. new byte[50]])];
        return Box("moov", [.. Box("mvhd", [.. head, .. new byte[44]]),
            // Subtitles have a size, too.
            .. Box("trak", [.. Track(0, 0), .. Media("soun")]), .. Box("trak", [.. Track(4_000, 100), .. Media("sbtl")]),
            .. hasPicture ? Box("trak", [.. isSizeInSamples ? Track(0, 0) : Track(Width, Height),
                .. Media("vide", Box("minf", Box("stbl", Box("stsd", samples))))]) : [],
            .. isFragmented ? Box("mvex", Box("mehd", [0, 0, 0, 0, .. Big32((uint)(Seconds * 1000))])) : [], 0, 0, 0, 0]);

        byte[] Track(uint width, uint height)
        {
            return Box("tkhd", [(byte)(isLong ? 1 : 0), 0, 0, 3, .. new byte[isLong ? 48 : 36], .. Matrix(isTurned), .. new byte[16],
                .. Big32(width << 16), .. Big32(height << 16)]);
        }

        static byte[] Media(string handler, byte[]? rest = null) => Box(
            "mdia", [.. Box("hdlr", [.. new byte[8], .. Encoding.ASCII.GetBytes(handler), .. new byte[13]]), .. rest ?? []]);

        static byte[] Matrix(bool turned) => turned ? [.. Big32(0), .. Big32(0x10000), .. Big32(0), .. Big32(0xFFFF0000), .. Big32(0)]
            : [.. Big32(0x10000), .. Big32(0), .. Big32(0), .. Big32(0), .. Big32(0x10000)];
    }

    /// <summary>A picture made of others: its own size is not the first that is told.</summary>
    /// <param name="isCropped">Whether only its left half is shown.</param>
    public static byte[] Picture(string brand, int turns = 0, bool isLong = false, bool isCropped = false)
    {
        byte[] crop = [.. Big32(Width), .. Big32(2), .. Big32(Height), .. Big32(1), .. new byte[16]];
        var properties = Box(
            "ipco", [.. Size(16, 16), .. Box("hvcC", new byte[4]), .. Size(Width, Height), .. Box("irot", [(byte)turns]), .. Size(8, 8),
                .. isCropped ? Box("clap", crop) : Box("free", [])]);
        byte[] ids(ushort item) => isLong ? Big32(item) : Big16(item);
        byte[] of(params byte[] numbers) =>
            [(byte)numbers.Length, .. numbers.SelectMany(number => isLong ? [0x80, number] : (byte[])[(byte)(number | 0x80)])];
        byte[] owned =
            [(byte)(isLong ? 1 : 0), 0, 0, (byte)(isLong ? 1 : 0), .. Big32(2), .. ids(1), .. of(1, 2), .. ids(2), .. of(2, 3, 4, 6)];
        byte[] primary = [(byte)(isLong ? 1 : 0), 0, 0, 0, .. ids(2)];
        return [.. Brand("mif1", brand), .. Box("meta",
            [0, 0, 0, 0, .. Box("hdlr", new byte[24]), .. Box("pitm", primary), .. Box("iprp", [.. properties, .. Box("ipma", owned)])]),
            .. Box("mdat", new byte[16])];

        static byte[] Size(uint width, uint height) => Box("ispe", [0, 0, 0, 0, .. Big32(width), .. Big32(height)]);
    }

    public static byte[] Brand(params string[] brands) =>
        Box("ftyp", [.. Encoding.ASCII.GetBytes(brands[0]), 0, 0, 0, 0, .. brands.SelectMany(Encoding.ASCII.GetBytes)]);

    public static byte[] Box(string type, byte[] body) => [.. Big32((uint)(8 + body.Length)), .. Encoding.ASCII.GetBytes(type), .. body];

    /// <param name="isLive">Whether it was written before its length was known.</param>
    /// <param name="scale">Nanoseconds of a unit of its duration.</param>
    public static byte[] Webm(
        string kind = "webm", bool isLive = false, bool hasPicture = true, double duration = Seconds * 1000, ulong scale = 1_000_000,
        float roll = 0)
    {
        byte[] info = Element([0x15, 0x49, 0xA9, 0x66],
            [.. Element([0x2A, 0xD7, 0xB1], Big64(scale)), .. Element([0x44, 0x89], Big64(BitConverter.DoubleToUInt64Bits(duration)))]);
        byte[] projection = Element([0x76, 0x70], Element([0x76, 0x75], Big32(BitConverter.SingleToUInt32Bits(roll))));
        byte[] video = Element([0xE0], [.. Element([0xB0], [Width]), .. Element([0xBA], [0, Height]), .. projection]);
        byte[] tracks = Element([0x16, 0x54, 0xAE, 0x6B], [.. Element([0xAE], [.. Element([0xD7], [1]), .. hasPicture ? video : []])]);
        byte[] all = [.. Element([0xEC], new byte[20]), .. info, .. tracks, .. Element([0x1F, 0x43, 0xB6, 0x75], new byte[16])];
        return [
            .. Element([0x1A, 0x45, 0xDF, 0xA3], [.. Element([0x42, 0x86], [1]), .. Element([0x42, 0x82], Encoding.ASCII.GetBytes(kind))]),
            .. isLive ? [0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. all]
                : Element([0x18, 0x53, 0x80, 0x67], all)];

        static byte[] Element(byte[] id, byte[] body) =>
            [.. id, .. body.Length < 127 ? [(byte)(0x80 | body.Length)] : (byte[])[0x40, (byte)body.Length], .. body];
    }

    static byte[] Big16(ushort value) => [(byte)(value >> 8), (byte)value];

    static byte[] Little16(ushort value) => [(byte)value, (byte)(value >> 8)];

    static byte[] Big32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Big64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
