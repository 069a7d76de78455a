using System.Buffers.Binary;

namespace Planable.Content.Media;

/// <summary>JPEG: reads the segments before the scan, including the EXIF orientation, and looks for the end marker.</summary>
static class JpegFile
{
    static readonly byte[] End = [0xFF, 0xD9];

    /// <param name="IsProgressive">Whether decoding needs the whole image in memory.</param>
    /// <param name="Scan">The position of the scan, where the image data begin.</param>
    public readonly record struct Header(MediaFacts Facts, bool IsProgressive, long Scan);

    public static async ValueTask<Header> ReadAsync(FileWindow file)
    {
        var (width, height, components, isProgressive) = (0, 0, 0, false);
        int? orientation = null;
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
                orientation ??= Exif.Orientation((await file.ReadAsync(at + 4, length - 2)).Span);
            }
            else if (marker is 0xDA)
            {
                // A file with a separate scan per component needs as much memory to decode as a progressive one.
                isProgressive |= await file.ByteAsync(at + 4) < components;
                return length >= 2 && width > 0 && height > 0 && at + length < file.Length
                    ? new(MediaFacts.Of(width, height, orientation) with { HasEnd = await file.EndsAsync(End, at + length) },
                        isProgressive, at)
                    : throw MediaInspection.Damaged();
            }
            at += length >= 2 && marker is not 0xD9 ? 2 + length : throw MediaInspection.Damaged();
        }
    }
}

/// <summary>PNG: chunks, of which the first has the size and the last is the end marker. The orientation may be in any.</summary>
static class PngFile
{
    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file)
    {
        var (type, width, height) = (await file.UInt32Async(12), await file.UInt32Async(16), await file.UInt32Async(20));
        if (type != Type("IHDR"u8) || width > int.MaxValue || height > int.MaxValue)
        {
            throw MediaInspection.Damaged();
        }
        var (hasData, hasEnd) = (false, false);
        int? orientation = null;
        for (var at = 8L; !hasEnd && at <= file.Length - 8;)
        {
            long length = await file.UInt32Async(at);
            type = await file.UInt32Async(at + 4);
            hasData |= type == Type("IDAT"u8);
            hasEnd = type == Type("IEND"u8);
            if (type == Type("eXIf"u8) && length <= FileWindow.Size && length <= file.Length - at - 8)
            {
                orientation ??= Exif.Orientation((await file.ReadAsync(at + 8, (int)length)).Span);
            }
            at += 12 + length;
        }
        return hasData ? MediaFacts.Of((int)width, (int)height, orientation) with { HasEnd = hasEnd } : throw MediaInspection.Damaged();
    }

    static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}

/// <summary>WebP: a RIFF file with its length, and chunks. A picture is one chunk; an animation has a chunk a frame.</summary>
static class WebpFile
{
    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file)
    {
        var end = 8 + await LengthAsync(file, 4);
        (int Width, int Height)? size = null;
        var (hasPicture, isCut) = (false, false);
        int? orientation = null;
        for (var at = 12L; at <= Math.Min(file.Length, end) - 8;)
        {
            var (type, length) = (await file.UInt32Async(at), await LengthAsync(file, at + 4));
            var isWhole = length <= file.Length - at - 8;
            if (type == Type("VP8X"u8) || type == Type("VP8 "u8) || type == Type("VP8L"u8))
            {
                size ??= Size((await file.ReadAsync(at, 18)).Span);
            }
            if (type == Type("VP8 "u8) || type == Type("VP8L"u8) || type == Type("ANMF"u8))
            {
                hasPicture = true;
                // The length of an animation shows that frames are missing; one picture is complete.
                isCut |= !isWhole || (type == Type("ANMF"u8) && end > file.Length + 1);
            }
            else if (type == Type("EXIF"u8) && isWhole && length <= FileWindow.Size)
            {
                orientation ??= Exif.Orientation((await file.ReadAsync(at + 8, (int)length)).Span);
            }
            // A chunk of odd length is padded.
            at += 8 + length + (length & 1);
        }
        return size is var (width, height) && hasPicture && !isCut
            ? MediaFacts.Of(width, height, orientation) : throw MediaInspection.Damaged();
    }

    static (int Width, int Height) Size(ReadOnlySpan<byte> chunk)
    {
        var body = chunk[8..];
        if (chunk.StartsWith("VP8X"u8))
        {
            return ((BinaryPrimitives.ReadInt32LittleEndian(body[4..]) & 0xFFFFFF) + 1,
                (BinaryPrimitives.ReadInt32LittleEndian(body[6..]) >>> 8) + 1);
        }
        if (chunk.StartsWith("VP8L"u8) && body[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return ((int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1);
        }
        return chunk.StartsWith("VP8 "u8) && body[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? (BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF)
            : throw MediaInspection.Damaged();
    }

    static async ValueTask<long> LengthAsync(FileWindow file, long at) => BinaryPrimitives.ReverseEndianness(await file.UInt32Async(at));

    static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}

/// <summary>
/// GIF: a screen descriptor, and blocks up to the trailer, which some writers leave out. Browsers show a frame that is cut short, but here
/// the file counts as damaged.
/// </summary>
static class GifFile
{
    const byte Trailer = 0x3B;

    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file)
    {
        var screen = await file.ReadAsync(6, 7);
        var (width, height) =
            (BinaryPrimitives.ReadUInt16LittleEndian(screen.Span), BinaryPrimitives.ReadUInt16LittleEndian(screen.Span[2..]));
        var at = 13 + Colors(screen.Span[4]);
        var (frames, hundredths) = (0, 0L);
        while (true)
        {
            switch (at < file.Length ? await file.ByteAsync(at) : Trailer)
            {
                case 0x21:
                    hundredths += await file.ByteAsync(at + 1) is not 0xF9 ? 0
                        : BinaryPrimitives.ReadUInt16LittleEndian((await file.ReadAsync(at + 4, 2)).Span);
                    at = await SkipAsync(at + 2);
                    break;
                case 0x2C:
                    frames++;
                    at = await SkipAsync(at + 11 + Colors(await file.ByteAsync(at + 9)));
                    break;
                // Whatever follows the last block is no part of the picture.
                default:
                    return frames == 0 ? throw MediaInspection.Damaged()
                        : new(width, height, hundredths > 0 ? hundredths / 100.0 : null);
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
