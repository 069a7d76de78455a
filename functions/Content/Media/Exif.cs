using System.Buffers.Binary;

namespace Planable.Content.Media;

/// <summary>Reads the orientation from EXIF, which JPEG, PNG and WebP files carry alike.</summary>
static class Exif
{
    const ushort OrientationTag = 0x0112, Short = 3;

    static ReadOnlySpan<byte> Name => "Exif\0\0"u8;

    /// <summary>The orientation, 1 to 8; null if there is none.</summary>
    /// <param name="bytes">A TIFF structure, or one behind the name that JPEG puts before it.</param>
    public static int? Orientation(ReadOnlySpan<byte> bytes)
    {
        var tiff = bytes.StartsWith(Name) ? bytes[Name.Length..] : bytes;
        if (tiff.Length < 8 || !(tiff.StartsWith("II"u8) || tiff.StartsWith("MM"u8)))
        {
            return null;
        }
        var isLittle = tiff[0] == 'I';
        var directory = ReadUInt32(tiff[4..], isLittle);
        if (directory > tiff.Length - 2)
        {
            return null;
        }
        var entries = tiff[(int)directory..];
        var count = ReadUInt16(entries, isLittle);
        for (var (i, at) = (0, 2); i < count && at <= entries.Length - 12; i++, at += 12)
        {
            if (ReadUInt16(entries[at..], isLittle) == OrientationTag && ReadUInt16(entries[(at + 2)..], isLittle) == Short)
            {
                return ReadUInt16(entries[(at + 8)..], isLittle) is >= 1 and <= 8 and var orientation ? orientation : null;
            }
        }
        return null;
    }

    static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
