using System.Buffers.Binary;

namespace Planable.Content.Media;

/// <summary>JPEG: reads the segments before the scan, including the EXIF rotation, and checks for the end marker.</summary>
static class JpegFile
{
    static readonly byte[] End = [0xFF, 0xD9];

    /// <param name="IsProgressive">Whether decoding needs the whole image in memory.</param>
    /// <param name="Scan">The position of the scan, where the image data begin.</param>
    public readonly record struct Header(MediaFacts Facts, bool IsProgressive, long Scan);

    public static async ValueTask<Header> ReadAsync(FileWindow file)
    {
        var (width, height, components, isProgressive, isRotated) = (0, 0, 0, false, false);
        for (var at = 2L; ;)
        {
            if (await file.ByteAsync(at) != 0xFF)
            {
                throw MediaInspection.Damaged();
            }
            var marker = await file.ByteAsync(at + 1);
            if (marker is 0xFF)
            {
                at++;
                continue;
            }
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
                continue;
            }
            var length = await file.UInt16Async(at + 2);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                (height, width) = (await file.UInt16Async(at + 5), await file.UInt16Async(at + 7));
                components = await file.ByteAsync(at + 9);
                isProgressive = marker is 0xC2 or 0xC6 or 0xCA or 0xCE;
            }
            else if (marker is 0xE1 && length > 2)
            {
                isRotated |= Exif.IsRotated((await file.ReadAsync(at + 4, length - 2)).Span);
            }
            else if (marker is 0xDA)
            {
                // A file with a separate scan per component needs as much memory to decode as a progressive one.
                isProgressive |= await file.ByteAsync(at + 4) < components;
                return length >= 2 && width > 0 && height > 0 && await file.EndsAsync(End, at + length)
                    ? new(isRotated ? new(height, width) : new(width, height), isProgressive, at) : throw MediaInspection.Damaged();
            }
            at += length >= 2 && marker is not 0xD9 ? 2 + length : throw MediaInspection.Damaged();
        }
    }
}

/// <summary>Reads the orientation from EXIF.</summary>
static class Exif
{
    const ushort Orientation = 0x0112;

    /// <summary>Whether the image is rotated by 90 degrees, so that width and height swap.</summary>
    public static bool IsRotated(ReadOnlySpan<byte> segment)
    {
        if (!segment.StartsWith("Exif\0\0"u8) || segment.Length < 14)
        {
            return false;
        }
        var tiff = segment[6..];
        var isLittle = tiff[0] == 'I';
        var directory = ReadUInt32(tiff[4..], isLittle);
        if (directory > tiff.Length - 2)
        {
            return false;
        }
        var entries = tiff[(int)directory..];
        var count = ReadUInt16(entries, isLittle);
        for (var (i, at) = (0, 2); i < count && at <= entries.Length - 12; i++, at += 12)
        {
            if (ReadUInt16(entries[at..], isLittle) == Orientation)
            {
                return ReadUInt16(entries[(at + 8)..], isLittle) is >= 5 and <= 8;
            }
        }
        return false;
    }

    static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}

/// <summary>PNG: reads the first chunk and checks for the last.</summary>
static class PngFile
{
    static readonly byte[] End = [.. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file)
    {
        var (type, width, height) = (await file.UInt32Async(12), await file.UInt32Async(16), await file.UInt32Async(20));
        return type == 0x49484452 && width <= int.MaxValue && height <= int.MaxValue && await file.EndsAsync(End, 33)
            ? new((int)width, (int)height) : throw MediaInspection.Damaged();
    }
}

/// <summary>WebP: a RIFF file with its length, and a first chunk of one of three kinds.</summary>
static class WebpFile
{
    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file)
    {
        var head = (await file.ReadAsync(0, 30)).Span;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) + 8L > file.Length)
        {
            throw MediaInspection.Damaged();
        }
        var kind = head[12..16];
        var body = head[20..];
        if (kind.SequenceEqual("VP8X"u8))
        {
            return new((BinaryPrimitives.ReadInt32LittleEndian(body[4..]) & 0xFFFFFF) + 1,
                (BinaryPrimitives.ReadInt32LittleEndian(body[6..]) >>> 8) + 1);
        }
        if (kind.SequenceEqual("VP8L"u8) && body[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return new((int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1);
        }
        return kind.SequenceEqual("VP8 "u8) && body[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? new(BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF)
            : throw MediaInspection.Damaged();
    }
}

/// <summary>GIF: a screen descriptor, and blocks up to the trailer. Browsers show a truncated GIF, but here it counts as damaged.</summary>
static class GifFile
{
    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file)
    {
        var screen = await file.ReadAsync(6, 7);
        var (width, height) =
            (BinaryPrimitives.ReadUInt16LittleEndian(screen.Span), BinaryPrimitives.ReadUInt16LittleEndian(screen.Span[2..]));
        var at = 13 + Colors(screen.Span[4]);
        var (frames, hundredths) = (0, 0L);
        while (true)
        {
            switch (await file.ByteAsync(at))
            {
                case 0x21:
                    var extension = await file.ReadAsync(at, 6);
                    hundredths += extension.Span[1] is 0xF9 ? BinaryPrimitives.ReadUInt16LittleEndian(extension.Span[4..]) : 0;
                    at = await SkipAsync(at + 2);
                    break;
                case 0x2C:
                    frames++;
                    at = await SkipAsync(at + 11 + Colors(await file.ByteAsync(at + 9)));
                    break;
                case 0x3B when frames > 0:
                    return new(width, height, hundredths > 0 ? hundredths / 100.0 : null);
                default:
                    throw MediaInspection.Damaged();
            }
        }

        async ValueTask<long> SkipAsync(long block)
        {
            while (await file.ByteAsync(block) is > 0 and var length)
            {
                block += 1 + length;
            }
            return block + 1;
        }
    }

    static long Colors(byte flags) => (flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1);
}
