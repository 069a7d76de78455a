using System.Text;

namespace Planable.Content.Media;

/// <summary>
/// The ISO base media file format (ISO/IEC 14496-12): nested boxes. MP4 and QuickTime describe their tracks in <c>moov</c>, anywhere in the
/// file; HEIC and AVIF describe their images in <c>meta</c>.
/// </summary>
sealed class IsoFile(FileWindow file)
{
    /// <summary>Whether the file has media data, not only metadata.</summary>
    bool _hasData;

    /// <param name="Start">The start of its content.</param>
    readonly record struct Box(string Type, long Start, long End);

    public static async ValueTask<MediaFacts> ReadAsync(FileWindow file, MediaKind kind)
    {
        var all = new IsoFile(file);
        MediaFacts? movie = null, picture = null;
        // All boxes are read, because a box that ends beyond the file shows that the file was cut short.
        await foreach (var box in all.BoxesAsync(0, file.Length))
        {
            all._hasData |= box.Type is "mdat" or "moof";
            movie = box.Type is "moov" && movie is null ? await all.MovieAsync(box) : movie;
            picture = box.Type is "meta" && picture is null && kind is MediaKind.image ? await all.PictureAsync(box) : picture;
        }
        return all._hasData && (picture ?? movie) is { } facts ? facts : throw MediaInspection.Damaged();
    }

    async IAsyncEnumerable<Box> BoxesAsync(long at, long end)
    {
        while (at <= end - 8)
        {
            long size = await file.UInt32Async(at);
            var type = Encoding.Latin1.GetString((await file.ReadAsync(at + 4, 4)).Span);
            var header = size == 1 ? 16 : 8;
            size = size switch
            {
                0 => end - at,
                1 => (long)Math.Min(await file.UInt64Async(at + 8), long.MaxValue),
                _ => size,
            };
            if (size < header || size > end - at)
            {
                throw MediaInspection.Damaged();
            }
            yield return new(type, at + header, at + size);
            at += size;
        }
    }

    async ValueTask<MediaFacts> MovieAsync(Box movie)
    {
        var (width, height) = (0, 0);
        var (scale, duration) = (0u, 0ul);
        await foreach (var box in BoxesAsync(movie.Start, movie.End))
        {
            if (box.Type is "mvhd")
            {
                var isLong = await file.ByteAsync(box.Start) == 1;
                scale = await file.UInt32Async(box.Start + (isLong ? 20 : 12));
                duration = await DurationAsync(box.Start + (isLong ? 24 : 16), isLong);
            }
            await foreach (var inner in box.Type is "trak" or "mvex" ? BoxesAsync(box.Start, box.End) : AsyncEnumerable.Empty<Box>())
            {
                if (inner.Type is "tkhd" && await TrackAsync(inner) is var (trackWidth, trackHeight)
                    && (long)trackWidth * trackHeight > (long)width * height)
                {
                    (width, height) = (trackWidth, trackHeight);
                }
                if (inner.Type is "mehd" && duration == 0)
                {
                    duration = await DurationAsync(inner.Start + 4, await file.ByteAsync(inner.Start) == 1);
                }
            }
        }
        return width > 0
            ? new(width, height, scale > 0 && duration > 0 ? (double)duration / scale : null) : throw MediaInspection.NoPicture();
    }

    /// <summary>In the movie's time units; 0 if unknown.</summary>
    async ValueTask<ulong> DurationAsync(long at, bool isLong)
    {
        var duration = isLong ? await file.UInt64Async(at) : await file.UInt32Async(at);
        return duration == (isLong ? ulong.MaxValue : uint.MaxValue) ? 0 : duration;
    }

    /// <summary>The displayed size of a track; 0 for sound.</summary>
    async ValueTask<(int Width, int Height)> TrackAsync(Box header)
    {
        var matrix = header.Start + (await file.ByteAsync(header.Start) == 1 ? 52 : 40);
        var (width, height) = ((int)(await file.UInt32Async(matrix + 36) >> 16), (int)(await file.UInt32Async(matrix + 40) >> 16));
        var isRotated = await file.UInt32Async(matrix) == 0 && await file.UInt32Async(matrix + 4) != 0;
        return isRotated ? (height, width) : (width, height);
    }

    async ValueTask<MediaFacts> PictureAsync(Box meta)
    {
        Box? properties = null, associations = null;
        var primary = 0u;
        await foreach (var box in BoxesAsync(meta.Start + 4, meta.End))
        {
            _hasData |= box.Type is "idat";
            if (box.Type is "pitm")
            {
                primary = await file.ByteAsync(box.Start) == 0
                    ? await file.UInt16Async(box.Start + 4) : await file.UInt32Async(box.Start + 4);
            }
            await foreach (var inner in box.Type is "iprp" ? BoxesAsync(box.Start, box.End) : AsyncEnumerable.Empty<Box>())
            {
                (properties, associations) = inner.Type switch
                {
                    "ipco" => (inner, associations),
                    "ipma" => (properties, associations ?? inner),
                    _ => (properties, associations),
                };
            }
        }
        if (properties is null || associations is null)
        {
            throw MediaInspection.Damaged();
        }
        var key = await PropertiesOfAsync(primary, associations.Value);
        var (width, height, isRotated, index) = (0u, 0u, false, 0);
        await foreach (var property in BoxesAsync(properties.Value.Start, properties.Value.End))
        {
            if (!key.Contains(++index))
            {
                continue;
            }
            if (property.Type is "ispe")
            {
                (width, height) = (await file.UInt32Async(property.Start + 4), await file.UInt32Async(property.Start + 8));
            }
            isRotated ^= property.Type is "irot" && (await file.ByteAsync(property.Start) & 1) == 1;
        }
        return width > int.MaxValue || height > int.MaxValue ? throw MediaInspection.Damaged()
            : isRotated ? new((int)height, (int)width) : new((int)width, (int)height);
    }

    /// <summary>The numbers of an item's properties, from 1.</summary>
    async ValueTask<HashSet<int>> PropertiesOfAsync(uint item, Box associations)
    {
        var hasLongIds = await file.ByteAsync(associations.Start) > 0;
        var isLong = (await file.ByteAsync(associations.Start + 3) & 1) == 1;
        var count = await file.UInt32Async(associations.Start + 4);
        var at = associations.Start + 8;
        for (var i = 0u; i < count && at < associations.End; i++)
        {
            var id = hasLongIds ? await file.UInt32Async(at) : await file.UInt16Async(at);
            at += hasLongIds ? 4 : 2;
            int all = await file.ByteAsync(at++);
            HashSet<int> key = [];
            for (var number = 0; number < all; number++, at += isLong ? 2 : 1)
            {
                // The highest bit only marks a property as essential.
                key.Add(isLong ? await file.UInt16Async(at) & 0x7FFF : await file.ByteAsync(at) & 0x7F);
            }
            if (id == item)
            {
                return key;
            }
        }
        throw MediaInspection.Damaged();
    }
}
