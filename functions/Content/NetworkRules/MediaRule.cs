using System.Collections.Frozen;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Platform;
using static Planable.Content.Media.MediaFormat;

namespace Planable.Content.NetworkRules;

/// <summary>What a network takes of a post's files, from its documentation.</summary>
/// <param name="Files">Maximum files of a post.</param>
/// <param name="Videos">Maximum videos of a post; if 1, a video cannot be combined with other files.</param>
/// <param name="NeedsMedia">Whether media is required.</param>
/// <param name="NeedsVideo">Whether only videos are accepted.</param>
/// <param name="IsGifAlone">Whether a GIF cannot be combined with other files.</param>
sealed record MediaRule(
    int Files, int Videos = 1, bool NeedsMedia = false, bool NeedsVideo = false, bool IsGifAlone = false)
{
    static readonly Between
        MetaVideo = new(0.01, 10, "0.01:1 to 10:1"),
        InstagramImage = new(0.8, 1.91, "4:5 to 1.91:1"),
        LinkedInVideo = new(0.42, 2.4, "1:2.4 to 2.4:1"),
        XVideo = new(0.33, 3, "1:3 to 3:1");

    public static readonly FrozenDictionary<string, MediaRule> All = new Dictionary<string, MediaRule>(StringComparer.Ordinal)
    {
        // Meta for Developers: Page photos, Page video stories.
        ["facebook"] = new(Files: 10)
        {
            Image = new() { Formats = [Jpeg, Png, Webp, MediaFormat.Gif], Megabytes = 10 },
            StoryVideo = new() { Seconds = new(0, 60, "at most 60") },
            DoubtfulImage = new() { Formats = [Jpeg, Png, MediaFormat.Gif], Megabytes = 4 },
            DoubtfulVideo = new() { Formats = [Mp4, Mov] },
        },
        // Meta for Developers: Instagram content publishing, IG User media.
        ["instagram"] = new(Files: 10, Videos: 10, NeedsMedia: true)
        {
            Image = new() { Formats = [Jpeg, Png, Webp], Megabytes = 8, Ratio = InstagramImage },
            Video = new() { Formats = [Mp4, Mov], Seconds = new(3, 900, "3 to 900"), Ratio = MetaVideo },
            StoryImage = new() { Formats = [Jpeg, Png, Webp], Megabytes = 8 },
            StoryVideo = new() { Formats = [Mp4, Mov], Seconds = new(3, 60, "3 to 60"), Megabytes = 100 },
            DoubtfulImage = new() { Formats = [Jpeg] },
        },
        // Meta for Developers: Threads posts.
        ["threads"] = new(Files: 20, Videos: 20)
        {
            Image = new() { Formats = [Jpeg, Png, Webp], Megabytes = 8, Ratio = new(0, 10, "at most 10:1") },
            Video = new() { Formats = [Mp4, Mov], Seconds = new(0, 300, "at most 300"), Ratio = MetaVideo },
            DoubtfulImage = new() { Formats = [Jpeg, Png] },
        },
        // Microsoft Learn: LinkedIn Images API, Videos API.
        ["linkedin"] = new(Files: 20)
        {
            Image = new() { Formats = [Jpeg, Png, Webp, MediaFormat.Gif], Pixels = 36_152_320 },
            Video = new() { Formats = [Mp4, Mov], LeastKilobytes = 75, Seconds = new(3, 1800, "3 to 1800"), Ratio = LinkedInVideo },
            DoubtfulImage = new() { Formats = [Jpeg, Png, MediaFormat.Gif], Megabytes = 5 },
            DoubtfulVideo = new() { Formats = [Mp4] },
        },
        ["youtube"] = new(Files: 1, NeedsMedia: true, NeedsVideo: true),
        // TikTok for Developers: Content Posting API, media transfer guide.
        ["tiktok"] = new(Files: 20, NeedsMedia: true)
        {
            Image = new() { Formats = [Jpeg, Png, Webp], Megabytes = 20 },
            DoubtfulImage = new() { Formats = [Jpeg, Webp] },
            Video = new() { Seconds = new(3, 600, "3 to 600"), LeastSide = 360, Frame = (4096, 4096) },
        },
        // X Developer Platform: media best practices.
        ["twitter"] = new(Files: 4, IsGifAlone: true)
        {
            Image = new() { Formats = [Jpeg, Png, Webp, MediaFormat.Gif], Megabytes = 5 },
            Gif = new() { Megabytes = 15, Frame = (1280, 1080) },
            Video = new() { Seconds = new(0.5, double.MaxValue, "at least 0.5"), Ratio = XVideo },
            DoubtfulVideo = new() { Formats = [Mp4, Mov], Seconds = new(0, 140, "at most 140") },
        },
        // Pinterest: API v5, pin specifications.
        ["pinterest"] = new(Files: 5, NeedsMedia: true)
        {
            Image = new() { Formats = [Jpeg, Png, Webp] },
            Video = new() { Formats = [Mp4, Mov] },
            DoubtfulImage = new() { Megabytes = 20, LeastSide = 600 },
            DoubtfulVideo = new() { Seconds = new(4, 900, "4 to 900") },
        },
        // Google Business Profile: photo guidelines.
        ["googleMyBusiness"] = new(Files: 1, Videos: 0)
        {
            Image = new() { Formats = [Jpeg, Png, Webp], LeastKilobytes = 10, Megabytes = 5, LeastSide = 250 },
            DoubtfulImage = new() { Formats = [Jpeg, Png] },
        },
        [Platforms.Universal] = new(Files: 20, Videos: 20),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Limits for images, and for GIFs unless they have their own.</summary>
    public FileLimits Image { get; init; } = new();

    public FileLimits? Gif { get; init; }

    public FileLimits Video { get; init; } = new();

    /// <summary>Limits in stories, where they differ.</summary>
    public FileLimits? StoryImage { get; init; }

    public FileLimits? StoryVideo { get; init; }

    /// <summary>
    /// Limits that sources disagree about, and formats that are easily converted into one that the network takes. They warn and refuse
    /// nothing.
    /// </summary>
    public FileLimits DoubtfulImage { get; init; } = new();

    public FileLimits DoubtfulVideo { get; init; } = new();

    /// <summary>Why the network would not accept a post with these files.</summary>
    /// <param name="network">The network's display name.</param>
    public IEnumerable<FieldError> Faults(string network, PostFile[] files, bool isStory) =>
        [.. Mixes(network, files), .. Each(network, files, kind => kind switch
        {
            MediaKind.video => (isStory ? StoryVideo : null) ?? Video,
            MediaKind.gif => Gif ?? Image,
            _ => (isStory ? StoryImage : null) ?? Image,
        })];

    /// <summary>Why the network might not accept them.</summary>
    public IEnumerable<FieldError> Warnings(string network, PostFile[] files) =>
        Each(network, files, kind => kind is MediaKind.video ? DoubtfulVideo : DoubtfulImage)
            .Select(fault => fault with { Message = fault.Message + " It may be refused." });

    IEnumerable<FieldError> Mixes(string network, PostFile[] files)
    {
        var (gifs, videos, others) = (Count(MediaKind.gif), Count(MediaKind.video), files.Length - 1);
        if (files.Length > Files)
        {
            yield return new("media", $"{network} allows {Files} file{(Files == 1 ? "" : "s")}; this has {files.Length}.");
        }
        if (NeedsVideo && Count(MediaKind.image) + gifs > 0)
        {
            yield return new("media", $"{network} accepts only videos.");
        }
        if (IsGifAlone && gifs > 0 && others > 0)
        {
            yield return new("media", $"{network} allows one GIF, without other files.");
        }
        if (videos > Videos && Videos <= 1)
        {
            yield return new("media", Videos == 0 ? $"{network} does not accept videos." : $"{network} allows one video.");
        }
        else if (Videos == 1 && videos == 1 && others > 0 && Files > 1)
        {
            yield return new("media", $"{network} does not allow a video together with other files.");
        }

        int Count(MediaKind kind) => files.Count(file => file.Kind == kind);
    }

    static IEnumerable<FieldError> Each(string network, PostFile[] files, Func<MediaKind, FileLimits> limits)
    {
        foreach (var file in files)
        {
            if (file.Kind is { } kind)
            {
                var name = kind switch { MediaKind.video => "videos", MediaKind.gif => "GIFs", _ => "images" };
                foreach (var fault in limits(kind).Faults(file, network, name))
                {
                    yield return new(file.Field, fault);
                }
            }
        }
    }
}
