using System.IO.Compression;
using System.Net;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Http;
using SkiaSharp;

namespace Planable.Functions.Tests.Media;

public sealed class ThumbnailTests : IDisposable
{
    static readonly SKColor Red = SKColors.Red, Green = SKColors.Lime, Blue = SKColors.Blue, White = SKColors.White;

    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 2_000, 1_000, 400, 200)]
    [InlineData(SKEncodedImageFormat.Jpeg, 777, 1_999, 155, 400)]
    [InlineData(SKEncodedImageFormat.Png, 1_200, 400, 400, 133)]
    [InlineData(SKEncodedImageFormat.Webp, 900, 900, 400, 400)]
    [InlineData(SKEncodedImageFormat.Png, 64, 48, 64, 48)]
    [InlineData(SKEncodedImageFormat.Png, 4_000, 4, 400, 1)]
    public async Task A_picture_is_made_as_small_as_400_pixels_and_never_larger(
        SKEncodedImageFormat format, int width, int height, int smallWidth, int smallHeight)
    {
        using var small = Decode(await MakeAsync(Samples.Encoded(format, width, height)));

        Assert.Equal((smallWidth, smallHeight), (small.Width, small.Height));
        if (smallHeight > 1)
        {
            AssertQuarters(small, Red, Green, Blue, White);
        }
    }

    [Theory]
    [InlineData(1, "red", "green")]
    [InlineData(2, "green", "red")]
    [InlineData(3, "white", "blue")]
    [InlineData(4, "blue", "white")]
    [InlineData(5, "red", "blue")]
    [InlineData(6, "blue", "red")]
    [InlineData(7, "white", "green")]
    [InlineData(8, "green", "white")]
    public async Task A_photo_that_lies_on_its_side_is_put_upright(int orientation, string left, string right)
    {
        var colors = new Dictionary<string, SKColor>(StringComparer.Ordinal)
        {
            ["red"] = Red,
            ["green"] = Green,
            ["blue"] = Blue,
            ["white"] = White,
        };
        foreach (var photo in Samples.Oriented(1_600, 800, (ushort)orientation))
        {
            using var small = Decode(await MakeAsync(photo));

            Assert.Equal(orientation < 5 ? (400, 200) : (200, 400), (small.Width, small.Height));
            AssertNear(colors[left], small.GetPixel(small.Width / 4, small.Height / 4));
            AssertNear(colors[right], small.GetPixel(small.Width * 3 / 4, small.Height / 4));
        }
    }

    [Fact]
    public async Task What_is_transparent_is_white()
    {
        using var clear = new SKBitmap(10, 10);
        clear.Erase(SKColors.Transparent);

        using var small = Decode(await MakeAsync(clear.Encode(SKEncodedImageFormat.Png, 100).ToArray()));

        AssertNear(White, small.GetPixel(5, 5));
    }

    [Fact]
    public async Task A_gif_shows_its_first_picture()
    {
        using var small = Decode(await MakeAsync(Samples.Gif()));

        Assert.Equal((Samples.Width, Samples.Height), (small.Width, small.Height));
    }

    [Theory]
    [InlineData("video/mp4")]
    [InlineData("video/quicktime")]
    [InlineData("video/webm")]
    [InlineData("image/heic")]
    [InlineData("image/avif")]
    public async Task What_is_not_decoded_here_has_none(string contentType) => Assert.Null(await MakeAsync(Samples.All[contentType]));

    [Fact]
    public async Task A_picture_of_too_many_pixels_is_not_decoded()
    {
        foreach (var bomb in new[]
        {
            Samples.PngOf(30_000, 30_000), Samples.PngOf(int.MaxValue, int.MaxValue), Samples.PngOf(4_001, 4_000),
            Samples.Gif(ushort.MaxValue, ushort.MaxValue),
            Samples.WebpOf(16_384, 16_384), Samples.JpegOf(30_000, 30_000, frame: 0xC0), Samples.JpegOf(5_000, 4_000, frame: 0xC2),
            Samples.JpegOf(ushort.MaxValue, ushort.MaxValue, frame: 0xC2),
        })
        {
            Assert.Null(await MakeAsync(bomb));
        }
    }

    /// <summary>Scan by scan a decoder keeps all of it, as it does of a progressive one.</summary>
    [Theory]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public async Task A_photo_with_a_scan_for_each_color_counts_as_progressive(byte scanned, bool isProgressive)
    {
        using var photo = new MemoryStream(Samples.JpegOf(5_000, 4_000, frame: 0xC0, scanned));

        Assert.Equal(isProgressive, (await JpegFile.ReadAsync(new FileWindow(photo, TestContext.Current.CancellationToken))).IsProgressive);
    }

    [Fact]
    public async Task A_photo_of_48_million_pixels_has_one()
    {
        using var small = Decode(await MakeAsync(Samples.Jpeg(8_000, 6_000)));

        Assert.Equal((400, 300), (small.Width, small.Height));
        AssertQuarters(small, Red, Green, Blue, White);
    }

    [Fact]
    public async Task A_photo_whose_header_is_most_of_it_has_none()
    {
        var photo = Samples.Jpeg();
        byte[] segment = [0xFF, 0xE2, 0xFF, 0xFF, .. new byte[0xFFFD]];

        Assert.Null(await MakeAsync([.. photo[..2], .. Enumerable.Repeat(segment, 257).SelectMany(bytes => bytes), .. photo[2..]]));
    }

    [Fact]
    public async Task Text_that_grows_when_it_is_decompressed_is_left_as_it_is()
    {
        var picture = Samples.All["image/png"];
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await zlib.WriteAsync(new byte[64 * 1024 * 1024], TestContext.Current.CancellationToken);
        }
        byte[] bomb = [.. picture[..33], .. Samples.Chunk("zTXt", [(byte)'a', 0, 0, .. packed.ToArray()]), .. picture[33..]];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var inspection = MediaInspection.InspectAsync(new MemoryStream(bomb), MediaFormat.Png, TestContext.Current.CancellationToken);

        Assert.True(inspection.IsCompleted, "What is in memory is looked at on this thread.");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal(Samples.Width, (await inspection).Width);
        Assert.NotNull(await MakeAsync(bomb));
    }

    [Fact]
    public async Task The_native_library_is_loaded_with_the_first_that_is_made()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process has loaded is read in /proc.");
        await using var app = await AppProcess.StartDemoAsync(_folder, ("Fetch__AllowLoopback", "true"), ("IDENTITY_ENDPOINT", null));
        using var server = new LoopbackServer();
        using var http = new HttpClient { BaseAddress = new Uri(app.Demo.Text("baseUrl")) };
        var (client, workspaceId) = (new Client(http, app.Demo["tokens"]!.Text("write")), app.Demo["workspaces"]![0]!.Text("id"));
        await client.GetAsync("/posts?workspaceId=" + workspaceId).OkAsync();
        Assert.False(await IsLoadedAsync());

        await client.PostAsync("/media", new { workspaceId, mediaUrls = new[] { server.On("/a.png", MediaGround.Png()).AbsoluteUri } })
            .ShouldBeAsync(HttpStatusCode.Accepted);

        await Eventually.TrueAsync(IsLoadedAsync, "it is loaded");

        async Task<bool> IsLoadedAsync() =>
            (await File.ReadAllTextAsync($"/proc/{app.Id}/maps", TestContext.Current.CancellationToken))
                .Contains("libSkiaSharp", StringComparison.Ordinal);
    }

    static async Task<byte[]?> MakeAsync(byte[] file)
    {
        var (stream, format, cancel) = (new MemoryStream(file), MediaInspection.Recognize(file)!, TestContext.Current.CancellationToken);
        return await MediaInspection.JpegAsync(
            stream, format, await MediaInspection.InspectAsync(stream, format, cancel), Thumbnail.Small, cancel);
    }

    static SKBitmap Decode(byte[]? thumbnail)
    {
        Assert.Equal("image/jpeg", MediaInspection.Recognize(thumbnail)!.ContentType);
        return SKBitmap.Decode(thumbnail);
    }

    static void AssertQuarters(SKBitmap picture, params SKColor[] colors)
    {
        for (var i = 0; i < 4; i++)
        {
            AssertNear(colors[i], picture.GetPixel(picture.Width * (1 + (i % 2 * 2)) / 4, picture.Height * (1 + (i / 2 * 2)) / 4));
        }
    }

    static void AssertNear(SKColor expected, SKColor color) => Assert.True(
        Math.Abs(expected.Red - color.Red) + Math.Abs(expected.Green - color.Green) + Math.Abs(expected.Blue - color.Blue) < 30,
        $"{color} is not {expected}.");
}
