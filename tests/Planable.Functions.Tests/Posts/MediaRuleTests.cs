using Planable.Content.Media;
using Planable.Content.Posts;

namespace Planable.Functions.Tests.Posts;

/// <summary>What each network takes of a file; written out here and not read from the product.</summary>
public sealed class MediaRuleTests
{
    static readonly Dictionary<string, MediaFormat> Formats = new MediaFormat[]
    {
        MediaFormat.Jpeg, MediaFormat.Png, MediaFormat.Webp, MediaFormat.Gif, MediaFormat.Heic, MediaFormat.Avif,
        MediaFormat.Mp4, MediaFormat.Mov, MediaFormat.Webm,
    }.ToDictionary(format => format.Name, StringComparer.Ordinal);

    [Theory]
    [InlineData("facebook", "JPEG PNG WebP GIF MP4 MOV WebM")]
    [InlineData("instagram", "JPEG PNG WebP MP4 MOV")]
    [InlineData("threads", "JPEG PNG WebP MP4 MOV")]
    [InlineData("linkedin", "JPEG PNG WebP GIF MP4 MOV")]
    [InlineData("youtube", "MP4 MOV WebM")]
    [InlineData("tiktok", "JPEG PNG WebP MP4 MOV WebM")]
    [InlineData("twitter", "JPEG PNG WebP GIF MP4 MOV WebM")]
    [InlineData("pinterest", "JPEG PNG WebP MP4 MOV")]
    [InlineData("googleMyBusiness", "JPEG PNG WebP")]
    [InlineData("universal", "JPEG PNG WebP GIF HEIC AVIF MP4 MOV WebM")]
    public void A_network_takes_these_formats_and_names_them_for_any_other(string platform, string formats)
    {
        var taken = formats.Split(' ');
        foreach (var format in Formats.Values)
        {
            var faults = Faults(platform, MediaCounts.File(format, 1080, 1080, format.Kind is MediaKind.video ? 30 : null));

            Assert.Equal(taken.Contains(format.Name, StringComparer.Ordinal), faults is []);
            if (faults is not [] && platform is not ("youtube" or "googleMyBusiness"))
            {
                var kinds = taken.Where(name => (Formats[name].Kind is MediaKind.video) == (format.Kind is MediaKind.video));
                Assert.EndsWith($" does not accept {format.Name}. Send {string.Join(" or ", kinds)}.", faults[0], StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("instagram", "JPEG", 1080, 1350)]
    [InlineData("instagram", "JPEG", 1200, 628)]
    [InlineData("instagram", "JPEG", 20, 2000, "Instagram allows images of 4:5 to 1.91:1 (width to height); this has 20 × 2000.")]
    [InlineData("instagram", "JPEG", 1080, 1920, "Instagram allows images of 4:5 to 1.91:1 (width to height); this has 1080 × 1920.")]
    [InlineData("threads", "PNG", 1000, 100)]
    [InlineData("threads", "PNG", 1100, 100, "Threads allows images of at most 10:1 (width to height); this has 1100 × 100.")]
    [InlineData("linkedin", "JPEG", 7000, 5000)]
    [InlineData("linkedin", "JPEG", 8000, 5000, "LinkedIn allows images of at most 36152320 pixels in all; this has 8000 × 5000.")]
    [InlineData("linkedin", "MP4", 1920, 800)]
    [InlineData("linkedin", "MP4", 2000, 800, "LinkedIn allows videos of 1:2.4 to 2.4:1 (width to height); this has 2000 × 800.")]
    [InlineData("tiktok", "MP4", 359, 640, "TikTok requires videos of at least 360 × 360 pixels; this has 359 × 640.")]
    [InlineData("tiktok", "MP4", 5000, 4096, "TikTok allows videos of at most 4096 × 4096 pixels; this has 5000 × 4096.")]
    [InlineData("twitter", "GIF", 1280, 1080)]
    [InlineData("twitter", "GIF", 1281, 100, "X allows GIFs of at most 1280 × 1080 pixels; this has 1281 × 100.")]
    [InlineData("twitter", "MP4", 310, 100, "X allows videos of 1:3 to 3:1 (width to height); this has 310 × 100.")]
    [InlineData("googleMyBusiness", "PNG", 250, 250)]
    [InlineData(
        "googleMyBusiness", "PNG", 249, 900, "Google Business Profile requires images of at least 250 × 250 pixels; this has 249 × 900.")]
    public void A_network_takes_files_of_these_sizes_and_shapes(
        string platform, string format, int width, int height, params string[] faults) =>
        Assert.Equal(faults, Faults(
            platform, MediaCounts.File(Formats[format], width, height, Formats[format].Kind is MediaKind.video ? 30 : null)));

    [Theory]
    [InlineData("facebook", "JPEG", 10_240)]
    [InlineData("facebook", "JPEG", 11_264, "Facebook allows images of at most 10 MB; this has 11 MB.")]
    [InlineData("instagram", "JPEG", 8_500, "Instagram allows images of at most 8 MB; this has 8.3 MB.")]
    [InlineData("threads", "PNG", 9_216, "Threads allows images of at most 8 MB; this has 9 MB.")]
    [InlineData("linkedin", "MP4", 74, "LinkedIn requires videos of at least 75 KB; this has 74 KB.")]
    [InlineData("tiktok", "WebP", 20_992, "TikTok allows images of at most 20 MB; this has 20.5 MB.")]
    [InlineData("twitter", "JPEG", 5_632, "X allows images of at most 5 MB; this has 5.5 MB.")]
    [InlineData("twitter", "GIF", 15_360)]
    [InlineData("twitter", "GIF", 16_384, "X allows GIFs of at most 15 MB; this has 16 MB.")]
    [InlineData("googleMyBusiness", "PNG", 9, "Google Business Profile requires images of at least 10 KB; this has 9 KB.")]
    [InlineData("googleMyBusiness", "PNG", 5_632, "Google Business Profile allows images of at most 5 MB; this has 5.5 MB.")]
    public void A_network_takes_files_of_so_many_bytes(string platform, string format, int kilobytes, params string[] faults) =>
        Assert.Equal(faults, Faults(
            platform, MediaCounts.File(Formats[format], 1080, 1080, Formats[format].Kind is MediaKind.video ? 30 : null, kilobytes)));

    [Theory]
    [InlineData("instagram", false, 2.5, "Instagram allows videos of 3 to 900 seconds; this has 2.5.")]
    [InlineData("instagram", false, 900)]
    [InlineData("instagram", false, 901, "Instagram allows videos of 3 to 900 seconds; this has 901.")]
    [InlineData("instagram", true, 61, "Instagram allows videos of 3 to 60 seconds; this has 61.")]
    [InlineData("facebook", false, 600)]
    [InlineData("facebook", true, 61, "Facebook allows videos of at most 60 seconds; this has 61.")]
    [InlineData("threads", false, 301, "Threads allows videos of at most 300 seconds; this has 301.")]
    [InlineData("linkedin", false, 1801, "LinkedIn allows videos of 3 to 1800 seconds; this has 1801.")]
    [InlineData("tiktok", false, 601, "TikTok allows videos of 3 to 600 seconds; this has 601.")]
    [InlineData("twitter", false, 0.25, "X allows videos of at least 0.5 seconds; this has 0.25.")]
    [InlineData("twitter", false, 600)]
    public void A_network_takes_videos_of_so_many_seconds(string platform, bool isStory, double seconds, params string[] faults) =>
        Assert.Equal(faults, Faults(platform, MediaCounts.File(MediaFormat.Mp4, 1080, 1920, seconds), isStory));

    [Fact]
    public void A_story_has_any_shape() =>
        Assert.Empty(Faults("instagram", MediaCounts.File(MediaFormat.Jpeg, 1080, 1920), isStory: true));

    [Theory]
    [InlineData("facebook", "JPEG", 5_120, 0, "Facebook allows images of at most 4 MB; this has 5 MB. It may be refused.")]
    [InlineData("instagram", "PNG", 500, 0, "Instagram does not accept PNG. Send JPEG. It may be refused.")]
    [InlineData("facebook", "WebP", 500, 0, "Facebook does not accept WebP. Send JPEG or PNG or GIF. It may be refused.")]
    [InlineData("twitter", "MP4", 500, 141, "X allows videos of at most 140 seconds; this has 141. It may be refused.")]
    [InlineData("pinterest", "MP4", 500, 3, "Pinterest allows videos of 4 to 900 seconds; this has 3. It may be refused.")]
    [InlineData("linkedin", "MOV", 500, 30, "LinkedIn does not accept MOV. Send MP4. It may be refused.")]
    public void What_is_uncertain_warns_and_refuses_nothing(string platform, string format, int kilobytes, double seconds, string warning)
    {
        var post = Post(platform, false, MediaCounts.File(Formats[format], 1080, 1080, seconds, kilobytes));

        Assert.Equal([("media[0]", warning)], PostValidator.Warnings(post).Select(one => (one.Field, one.Message)));
        Assert.Empty(PostValidator.Faults(post));
    }

    [Fact]
    public void A_file_of_which_only_the_kind_is_known_is_refused_for_nothing_else()
    {
        foreach (var kind in Enum.GetValues<MediaKind>())
        {
            Assert.Equal(
                kind is MediaKind.gif ? ["Instagram does not accept GIF. Send JPEG or PNG or WebP."] : [],
                Faults("instagram", new("x", MediaStatus.success, kind, File: "file")));
        }
    }

    [Fact]
    public void A_file_that_could_not_be_imported_is_named()
    {
        var failed = new PostMedia("x", MediaStatus.error, MediaKind.image);
        var post = Post("facebook", false, MediaCounts.File(MediaFormat.Png, 10, 10), failed) with { VideoThumbnail = failed };

        Assert.Equal(
            [("media[1]", "Could not be imported. Send another file."),
                ("videoThumbnail.imageUrl", "Could not be imported. Send another file.")],
            PostValidator.Faults(post).Select(fault => (fault.Field, fault.Message)));
    }

    static string[] Faults(string platform, PostMedia file, bool isStory = false) =>
        [.. PostValidator.Faults(Post(platform, isStory, file)).Select(fault => fault.Message)];

    static Post Post(string platform, bool isStory, params PostMedia[] media) => new()
    {
        Workspace = "",
        Key = "",
        Page = "",
        Platform = platform,
        Text = "A text",
        Creator = "",
        CreatedAt = default,
        ModifiedAt = default,
        IsStory = isStory,
        Media = media,
        Pinterest = new() { BoardId = "board" },
    };
}
