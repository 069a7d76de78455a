using System.Text;
using Planable.Content.Media;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Media;

/// <summary>What files are and say of themselves, by their bytes alone.</summary>
public sealed class MediaInspectionTests
{
    public static TheoryData<string> Kinds => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_is_what_its_bytes_are(string contentType)
    {
        var file = Samples.All[contentType];

        var format = MediaInspection.Recognize(file)!;
        var facts = await InspectAsync(file);

        Assert.Equal(contentType, format.ContentType);
        Assert.Equal(contentType is "image/gif" ? MediaKind.gif : Enum.Parse<MediaKind>(contentType.Split('/')[0]), format.Kind);
        Assert.Equal((Samples.Width, Samples.Height), (facts.Width, facts.Height));
        Assert.Equal(format.Kind is MediaKind.image ? null : Samples.Seconds, facts.DurationSeconds);
        Assert.Equal(format, MediaInspection.Recognize(file.AsSpan(0, Math.Min(file.Length, MediaInspection.Head))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("<?xml version=\"1.0\"?><svg/>")]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("<html><img src=a.gif></html>")]
    [InlineData(" GIF89a with a blank before it")]
    [InlineData("%PDF-1.7 and something more")]
    [InlineData("PK\x03\x04 and something more")]
    [InlineData("BM and a bitmap after it")]
    [InlineData("II*\0 and a TIFF after it")]
    [InlineData("RIFF\0\0\0\0AVI LIST")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ")]
    [InlineData("ID3 and a song after it")]
    [InlineData("OggS and a song after it")]
    [InlineData("\0\0\0\x10" + "ftypcrx \0\0\0\0")]
    public void What_is_no_image_or_video_is_not_taken(string file) =>
        Assert.Null(MediaInspection.Recognize(Encoding.Latin1.GetBytes(file)));

    [Theory]
    [InlineData(1e308, ulong.MaxValue)]
    [InlineData(double.PositiveInfinity, 1ul)]
    [InlineData(double.NaN, 1ul)]
    [InlineData(-1d, 1ul)]
    public async Task A_length_that_is_no_number_of_seconds_is_not_known(double duration, ulong scale)
    {
        var facts = await MediaInspection.InspectAsync(
            new MemoryStream(Samples.Webm(duration: duration, scale: scale)), MediaFormat.Webm, TestContext.Current.CancellationToken);

        Assert.Null(facts.DurationSeconds);
    }

    [Fact]
    public void Matroska_other_than_webm_is_not_taken() => Assert.Null(MediaInspection.Recognize(Samples.Webm("matr")));

    [Theory]
    [InlineData("heic", "mif1", "heic")]
    [InlineData("avif", "mif1", "avif", "miaf")]
    [InlineData("avif", "avis", "msf1")]
    [InlineData("quicktime", "qt  ")]
    [InlineData("mp4", "mp42", "qt  ")]
    public void A_pictures_brand_counts_wherever_it_is_named(string kind, params string[] brands) =>
        Assert.EndsWith("/" + kind, MediaInspection.Recognize(Samples.Brand(brands))!.ContentType, StringComparison.Ordinal);

    [Theory]
    [InlineData("isom")]
    [InlineData("iso7")]
    [InlineData("isoc")]
    [InlineData("3gp5")]
    [InlineData("3g2a")]
    [InlineData("f4v ")]
    [InlineData("M4A ")]
    [InlineData("XAVC")]
    public async Task A_video_is_known_by_its_tracks_whatever_its_brand(string brand)
    {
        Assert.Equal("video/mp4", MediaInspection.Recognize(Samples.Mp4(brand))!.ContentType);
        Assert.Equal(new MediaFacts(Samples.Width, Samples.Height, Samples.Seconds), await InspectAsync(Samples.Mp4(brand)));
        await NoPictureAsync(Samples.Mp4(brand, hasPicture: false));
    }

    [Fact]
    public async Task A_gif_that_is_a_page_too_is_a_gif()
    {
        var polyglot = Samples.Gif(comment: "<html><script>alert(1)</script></html>");

        Assert.Equal("image/gif", MediaInspection.Recognize(polyglot)!.ContentType);
        Assert.Equal(Samples.Width, (await InspectAsync(polyglot)).Width);
        await WholeFileTests.DamagedAsync(Encoding.ASCII.GetBytes("GIF89a/*<html><script>alert(1)</script></html>*/"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_that_lies_is_taken_or_refused_and_nothing_else(string contentType)
    {
        var (sample, format, random) = (Samples.All[contentType], MediaInspection.Recognize(Samples.All[contentType])!, new Random(1));
        for (var time = 0; time < 1_000; time++)
        {
            var file = (byte[])sample.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                file[random.Next(Math.Min(file.Length, 300))] = (byte)(random.Next(3) == 0 ? 0xFF : random.Next(256));
            }
            try
            {
                var facts = await InspectAsync(file, format);
                Assert.True(facts is { Width: > 0, Height: > 0 });
                using var stream = new MemoryStream(file);
                await MediaInspection.JpegAsync(stream, format, facts, Thumbnail.Small, TestContext.Current.CancellationToken);
                Assert.True(stream.CanRead);
            }
            catch (FetchFailure failure)
            {
                Assert.False(failure.IsTransient);
            }
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task A_photo_that_lies_on_its_side_is_told_as_it_is_shown(int orientation, bool isTurned)
    {
        foreach (var file in Samples.Oriented(Samples.Width, Samples.Height, (ushort)orientation))
        {
            var facts = await InspectAsync(file);

            Assert.Equal(isTurned ? (Samples.Height, Samples.Width) : (Samples.Width, Samples.Height), (facts.Width, facts.Height));
            using var small = SkiaSharp.SKBitmap.Decode(await ThumbnailAsync(file, facts));
            Assert.Equal((facts.Width, facts.Height), (small.Width, small.Height));
        }
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1, false, true)]
    [InlineData(2, true, false)]
    [InlineData(3, true, true)]
    public async Task A_heic_made_of_tiles_has_the_size_of_the_whole(int turns, bool isLong, bool isTurned)
    {
        var facts = await InspectAsync(Samples.Picture("heic", turns, isLong));

        Assert.Equal(isTurned ? (Samples.Height, Samples.Width) : (Samples.Width, Samples.Height), (facts.Width, facts.Height));
    }

    [Fact]
    public async Task Each_way_of_writing_a_video_says_the_same()
    {
        foreach (var file in new[]
        {
            Samples.Mp4(isLast: true), Samples.Mp4(isLong: true), Samples.Mp4(isFragmented: true),
            Samples.Unbranded(), Samples.Webm(isLive: true),
            [.. Samples.Mp4(), .. new byte[7]],
        })
        {
            Assert.Equal(new MediaFacts(Samples.Width, Samples.Height, Samples.Seconds), await InspectAsync(file));
        }
        Assert.Equal(
            new MediaFacts(Samples.Width, Samples.Height, Samples.Seconds), await InspectAsync(Samples.Mp4(isSizeInSamples: true)));
        foreach (var turned in new[]
        {
            Samples.Mp4(isTurned: true), Samples.Mp4(isMovieTurned: true), Samples.Mp4(isMovieTurned: true, isLong: true),
            Samples.Mp4(isTurned: true, isSizeInSamples: true), Samples.Webm(roll: 90), Samples.Webm(roll: -90),
        })
        {
            Assert.Equal(new MediaFacts(Samples.Height, Samples.Width, Samples.Seconds), await InspectAsync(turned));
        }
        Assert.Equal(
            new MediaFacts(Samples.Width, Samples.Height, Samples.Seconds),
            await InspectAsync(Samples.Mp4(isTurned: true, isMovieTurned: true)));
        Assert.Equal(new MediaFacts(Samples.Width, Samples.Height, Samples.Seconds), await InspectAsync(Samples.Webm(roll: 180)));
        Assert.Equal(new MediaFacts(Samples.Width / 2, Samples.Height), await InspectAsync(Samples.Picture("avif", isCropped: true)));
        Assert.Equal(new MediaFacts(5_000, 3_000), await InspectAsync(Samples.WebpExtended(5_000, 3_000)));
        Assert.Equal(new MediaFacts(5_000, 3_000), await InspectAsync(Samples.WebpOf(5_000, 3_000)));
        Assert.Equal(new MediaFacts(30_000, 30_000), await InspectAsync(Samples.PngOf(30_000, 30_000)));
    }

    [Fact]
    public async Task A_video_without_a_picture_is_none()
    {
        foreach (var file in new[] { Samples.Mp4(hasPicture: false), Samples.Webm(hasPicture: false) })
        {
            await NoPictureAsync(file);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_megabytes_are_not_read_to_learn_of_them(bool isLast)
    {
        const int Size = 100 * 1024 * 1024;
        using var file = new SparseFile(
            Samples.Mp4(isLast: isLast, data: 0), hole: isLast ? Samples.Brand("isom", "mp42").Length + 8L : null, Size);

        var facts = await MediaInspection.InspectAsync(file, MediaFormat.Mp4, TestContext.Current.CancellationToken);

        Assert.Equal(new MediaFacts(Samples.Width, Samples.Height, Samples.Seconds), facts);
        Assert.InRange(file.Read, 1, 4 * FileWindow.Size);
    }

    internal static Task<MediaFacts> InspectAsync(byte[] file, MediaFormat? format = null) =>
        MediaInspection.InspectAsync(
            new MemoryStream(file), format ?? MediaInspection.Recognize(file)!, TestContext.Current.CancellationToken);

    internal static Task<byte[]?> ThumbnailAsync(byte[] file, MediaFacts facts) => MediaInspection.JpegAsync(
        new MemoryStream(file, writable: false), MediaInspection.Recognize(file)!, facts, Thumbnail.Small,
        TestContext.Current.CancellationToken);

    static async Task NoPictureAsync(byte[] file) => Assert.Equal(
        "It is not a supported image or video.", (await Assert.ThrowsAsync<FetchFailure>(() => InspectAsync(file))).Message);

    /// <summary>An MP4 whose media are a hole of zeros, within it or at its end. Counts what is read of it.</summary>
    sealed class SparseFile(byte[] mp4, long? hole, int size) : MemoryStream
    {
        readonly long _hole = hole ?? mp4.Length;

        public new long Read { get; private set; }

        public override long Length => mp4.Length + size;

        public override long Position { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, Length - Position);
            for (var i = 0; i < count; i++)
            {
                buffer.Span[i] = At(Position + i);
            }
            Position += count;
            Read += count;
            return ValueTask.FromResult(count);
        }

        byte At(long at) => at >= _hole && at < _hole + size ? (byte)0
            // The length of mdat.
            : at >= _hole - 8 && at < _hole - 4 ? (byte)((size + 8) >> (8 * (int)(_hole - 5 - at)))
            : mp4[at < _hole ? at : at - size];
    }
}
