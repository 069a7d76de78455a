using System.Buffers.Binary;
using System.Numerics;

namespace Planable.Content.Media;

/// <summary>WebM: nested elements; the first byte of an id or size gives its length. All metadata comes before the first cluster.</summary>
sealed class WebmFile(FileWindow file)
{
    const uint Segment = 0x18538067, Info = 0x1549A966, Scale = 0x2AD7B1, Duration = 0x4489,
        Tracks = 0x1654AE6B, Track = 0xAE, Video = 0xE0, PixelWidth = 0xB0, PixelHeight = 0xBA, Projection = 0x7670, Roll = 0x7675,
        Cluster = 0x1F43B675;

    /// <param name="Start">The start of its content.</param>
    sealed record Element(uint Id, long Start, long End);

    /// <summary>Whether a file starts as WebM, and not as another kind of Matroska.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])
        && head.IndexOf((ReadOnlySpan<byte>)[0x42, 0x82, 0x84, .. "webm"u8]) >= 0;

    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file)
    {
        var webm = new WebmFile(file);
        var (scale, duration, width, height, isTurned, hasTracks) = (1_000_000ul, 0.0, 0ul, 0ul, false, false);
        for (var at = 0L; at < file.Length;)
        {
            var element = await webm.ElementAsync(at);
            switch (element.Id)
            {
                case Scale:
                    scale = await webm.NumberAsync(element);
                    break;
                case Duration:
                    duration = await webm.FloatAsync(element);
                    break;
                case PixelWidth:
                    width = await webm.NumberAsync(element);
                    break;
                case PixelHeight:
                    height = await webm.NumberAsync(element);
                    break;
                case Roll:
                    isTurned = Math.Abs(await webm.FloatAsync(element)) is > 45 and < 135;
                    break;
                case Cluster when hasTracks:
                    return width == 0 ? throw MediaInspection.NoPicture()
                        : width > int.MaxValue || height > int.MaxValue ? throw MediaInspection.Damaged()
                        : new((int)(isTurned ? height : width), (int)(isTurned ? width : height),
                            duration * scale / 1e9 is > 0 and < double.PositiveInfinity and var seconds ? seconds : null);
                default:
                    hasTracks |= element.Id is Tracks;
                    break;
            }
            at = element.Id is Segment or Info or Tracks or Track or Video or Projection ? element.Start : element.End;
        }
        throw MediaInspection.Damaged();
    }

    async ValueTask<Element> ElementAsync(long at)
    {
        var idLength = await LengthAsync(at, 4);
        var sizeLength = await LengthAsync(at + idLength, 8);
        var start = at + idLength + sizeLength;
        // The first set bit of a size gives its length. All ones mean a size that was unknown when the file was written.
        var unknown = ulong.MaxValue >> (64 - (7 * sizeLength));
        var size = await NumberAsync(new(0, at + idLength, start)) & unknown;
        return size != unknown && size > (ulong)Math.Max(0, file.Length - start) ? throw MediaInspection.Damaged()
            : new((uint)await NumberAsync(new(0, at, at + idLength)), start, size == unknown ? file.Length : start + (long)size);
    }

    async ValueTask<int> LengthAsync(long at, int most) =>
        BitOperations.LeadingZeroCount((uint)await file.ByteAsync(at)) - 23 is var length
        && length <= most ? length : throw MediaInspection.Damaged();

    async ValueTask<ulong> NumberAsync(Element element)
    {
        if (element.End - element.Start is not (<= 8 and var length))
        {
            throw MediaInspection.Damaged();
        }
        var number = 0ul;
        for (var i = 0; i < length; i++)
        {
            number = number << 8 | await file.ByteAsync(element.Start + i);
        }
        return number;
    }

    async ValueTask<double> FloatAsync(Element element) => (element.End - element.Start) switch
    {
        4 => BinaryPrimitives.ReadSingleBigEndian((await file.ReadAsync(element.Start, 4)).Span),
        8 => BinaryPrimitives.ReadDoubleBigEndian((await file.ReadAsync(element.Start, 8)).Span),
        _ => 0,
    };
}
