using SkiaSharp;

namespace Planable.Content.Media;

/// <summary>
/// Makes thumbnails and copies of pictures as JPEG. Only this class uses the native library, which is loaded on first use.
/// </summary>
static class Thumbnail
{
    /// <summary>Maximum pixels of an image that is decoded at full size.</summary>
    public const long MostPixels = 16_000_000;

    /// <summary>Maximum pixels of an image that is decoded at a reduced scale, down to an eighth.</summary>
    public const long MostScaledPixels = 120_000_000;

    /// <summary>Maximum bytes of a file that a decoder may keep in memory.</summary>
    public const long MostBytes = 16 * 1024 * 1024;

    public static readonly JpegSize Small = new(400, 80);

    /// <summary>More pixels than any network shows of a picture.</summary>
    public static readonly JpegSize Large = new(2_048, 92);

    /// <param name="orientation">As EXIF numbers it. Decoders do not find it in every format.</param>
    /// <returns>The thumbnail, if one can be made; and whether the file has the whole picture.</returns>
    public static Task<(byte[]? Jpeg, bool IsWhole)> OfAsync(
        Stream file, long mostPixels, int orientation, JpegSize size, CancellationToken cancel) =>
        Task.Run(() => Of(file, mostPixels, (SKEncodedOrigin)orientation, size), cancel);

    static (byte[]? Jpeg, bool IsWhole) Of(Stream file, long mostPixels, SKEncodedOrigin origin, JpegSize size)
    {
        file.Position = 0;
        using var stream = new SKManagedStream(file, disposeManagedStream: false);
        using var codec = SKCodec.Create(stream);
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > mostPixels)
        {
            return default;
        }
        var (width, height) = Fit(codec.Info.Width, codec.Info.Height, size.Side);
        var scaled = codec.GetScaledDimensions(Math.Min(1, (float)Math.Max(width, height) / Math.Max(codec.Info.Width, codec.Info.Height)));
        using var decoded = new SKBitmap(new SKImageInfo(scaled.Width, scaled.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        var result = codec.GetPixels(decoded.Info, decoded.GetPixels());
        return result is SKCodecResult.Success or SKCodecResult.IncompleteInput
            ? (Draw(decoded, width, height, origin, size.Quality), result is SKCodecResult.Success) : default;
    }

    static byte[] Draw(SKBitmap picture, int width, int height, SKEncodedOrigin origin, int quality)
    {
        var isRotated = origin >= SKEncodedOrigin.LeftTop;
        using var surface = SKSurface.Create(
            new SKImageInfo(isRotated ? height : width, isRotated ? width : height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var image = SKImage.FromBitmap(picture);
        // JPEG has no transparency.
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Concat(Upright(origin, width, height));
        surface.Canvas.DrawImage(image, SKRect.Create(width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var snapshot = surface.Snapshot();
        using var encoded = snapshot.Encode(SKEncodedImageFormat.Jpeg, quality);
        return encoded.ToArray();
    }

    /// <summary>The transformation that displays an image upright, for each of EXIF's eight orientations.</summary>
    static SKMatrix Upright(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => new(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new(0, -1, height, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new(0, -1, height, -1, 0, width, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new(0, 1, 0, -1, 0, width, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    static (int Width, int Height) Fit(int width, int height, int side) =>
        Math.Min(1.0, (double)side / Math.Max(width, height)) is var scale
            ? (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale))) : default;
}

/// <summary>How large a JPEG is made at most.</summary>
/// <param name="Side">The most pixels of width and of height.</param>
/// <param name="Quality">From 0 to 100.</param>
sealed record JpegSize(int Side, int Quality);
