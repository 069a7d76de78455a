using System.Text;

namespace Planable.Content.Media;

/// <summary>
/// The ISO base media file format (ISO/IEC 14496-12): nested boxes. Videos, whatever their brand, describe their tracks in <c>moov</c>,
/// anywhere in the file; HEIC and AVIF describe their images in <c>meta</c>.
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
        var at = 0L;
        while (await all.BoxAsync(at, file.Length) is { } box)
        {
            if (box.End > file.Length && box.Type is "mdat" or "moov" or "moof" or "meta")
            {
                throw MediaInspection.Damaged();
            }
            // Bytes behind the last box look like a box that is too long, and do no harm.
            all._hasData |= box.Type is "mdat" or "moof";
            movie = box.Type is "moov" && movie is null ? await all.MovieAsync(box) : movie;
            picture = box.Type is "meta" && picture is null && kind is MediaKind.image ? await all.PictureAsync(box) : picture;
            at = box.End;
        }
        return all._hasData && (picture ?? movie) is { } facts ? facts : throw MediaInspection.Damaged();
    }

    /// <summary>The box at a position; null if there is none. It may claim to end after <paramref name="end"/>.</summary>
    async ValueTask<Box?> BoxAsync(long at, long end)
    {
        if (at > end - 8)
        {
            return null;
        }
        long size = await file.UInt32Async(at);
        var type = Encoding.Latin1.GetString((await file.ReadAsync(at + 4, 4)).Span);
        var header = size == 1 ? 16 : 8;
        size = size switch
        {
            0 => end - at,
            1 => at > end - header ? 0 : (long)Math.Min(await file.UInt64Async(at + 8), (ulong)(long.MaxValue - at)),
            _ => size,
        };
        return size < header ? null : new(type, at + header, at + size);
    }

    /// <summary>The boxes between two positions, each of which must be whole.</summary>
    async IAsyncEnumerable<Box> BoxesAsync(long at, long end)
    {
        while (at <= end - 8)
        {
            var box = await BoxAsync(at, end) is { } read && read.End <= end ? read : throw MediaInspection.Damaged();
            yield return box;
            at = box.End;
        }
    }

    /// <summary>The first box at a path of types; null if there is none.</summary>
    async ValueTask<Box?> FindAsync(Box parent, params string[] path)
    {
        Box? found = parent;
        foreach (var type in path)
        {
            found = found is { } box ? await FirstAsync(box, type) : null;
        }
        return found;

        async ValueTask<Box?> FirstAsync(Box outer, string type)
        {
            await foreach (var inner in BoxesAsync(outer.Start, outer.End))
            {
                if (inner.Type == type)
                {
                    return inner;
                }
            }
            return null;
        }
    }

    async ValueTask<MediaFacts> MovieAsync(Box movie)
    {
        var (width, height, isTurned) = (0, 0, false);
        var (scale, duration) = (0u, 0ul);
        await foreach (var box in BoxesAsync(movie.Start, movie.End))
        {
            if (box.Type is "mvhd")
            {
                var isLong = await file.ByteAsync(box.Start) == 1;
                scale = await file.UInt32Async(box.Start + (isLong ? 20 : 12));
                duration = await DurationAsync(box.Start + (isLong ? 24 : 16), isLong);
                isTurned = await IsTurnedAsync(box.Start + (isLong ? 48 : 36));
            }
            else if (box.Type is "trak" && await TrackAsync(box) is var (trackWidth, trackHeight)
                && (long)trackWidth * trackHeight > (long)width * height)
            {
                (width, height) = (trackWidth, trackHeight);
            }
            else if (box.Type is "mvex" && duration == 0 && await FindAsync(box, "mehd") is { } extended)
            {
                duration = await DurationAsync(extended.Start + 4, await file.ByteAsync(extended.Start) == 1);
            }
        }
        double? seconds = scale > 0 && duration > 0 ? (double)duration / scale : null;
        return width == 0 ? throw MediaInspection.NoPicture() : isTurned ? new(height, width, seconds) : new(width, height, seconds);
    }

    /// <summary>In the movie's time units; 0 if unknown.</summary>
    async ValueTask<ulong> DurationAsync(long at, bool isLong)
    {
        var duration = isLong ? await file.UInt64Async(at) : await file.UInt32Async(at);
        return duration == (isLong ? ulong.MaxValue : uint.MaxValue) ? 0 : duration;
    }

    /// <summary>The displayed size of a video track; 0 for any other track.</summary>
    async ValueTask<(int Width, int Height)> TrackAsync(Box track)
    {
        if (await FindAsync(track, "tkhd") is not { } header || await FindAsync(track, "mdia", "hdlr") is not { } handler
            || !(await file.ReadAsync(handler.Start + 8, 4)).Span.SequenceEqual("vide"u8))
        {
            return default;
        }
        var matrix = header.Start + (await file.ByteAsync(header.Start) == 1 ? 52 : 40);
        var (width, height) = ((int)(await file.UInt32Async(matrix + 36) >> 16), (int)(await file.UInt32Async(matrix + 40) >> 16));
        if (width == 0 && await FindAsync(track, "mdia", "minf", "stbl", "stsd") is { } samples)
        {
            // Some writers tell the size only with the samples.
            (width, height) = (await file.UInt16Async(samples.Start + 40), await file.UInt16Async(samples.Start + 42));
        }
        return await IsTurnedAsync(matrix) ? (height, width) : (width, height);
    }

    /// <summary>Whether a transformation matrix turns the picture by 90 degrees, so that width and height swap.</summary>
    async ValueTask<bool> IsTurnedAsync(long matrix) => await file.UInt32Async(matrix) == 0 && await file.UInt32Async(matrix + 4) != 0;

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
        var (width, height, isTurned, isCropped, index) = (0u, 0u, false, false, 0);
        await foreach (var property in BoxesAsync(properties.Value.Start, properties.Value.End))
        {
            if (!key.Contains(++index))
            {
                continue;
            }
            if (property.Type is "ispe" && !isCropped)
            {
                (width, height) = (await file.UInt32Async(property.Start + 4), await file.UInt32Async(property.Start + 8));
            }
            else if (property.Type is "clap")
            {
                isCropped = true;
                (width, height) = (await QuotientAsync(property.Start), await QuotientAsync(property.Start + 8));
            }
            isTurned ^= property.Type is "irot" && (await file.ByteAsync(property.Start) & 1) == 1;
        }
        return width > int.MaxValue || height > int.MaxValue ? throw MediaInspection.Damaged()
            : isTurned ? new((int)height, (int)width) : new((int)width, (int)height);
    }

    /// <summary>A fraction, rounded down.</summary>
    async ValueTask<uint> QuotientAsync(long at) =>
        await file.UInt32Async(at + 4) is > 0 and var divisor ? await file.UInt32Async(at) / divisor : throw MediaInspection.Damaged();

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
