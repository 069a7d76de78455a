using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Networks.Google;
using Planable.Functions.Tests.Networks.LinkedIn;
using Planable.Functions.Tests.Networks.Meta;
using Planable.Functions.Tests.Networks.Pinterest;
using Planable.Functions.Tests.Networks.TikTok;
using Planable.Functions.Tests.Networks.X;

namespace Planable.Functions.Tests.Networks;

/// <summary>All networks, each with the kind of post that it takes.</summary>
static class Fakes
{
    public static readonly string[] Names = [.. Platforms.All.Where(one => one != Platforms.Universal)];

    /// <summary>
    /// The networks that can say for sure that a post did not arrive. Of the others an outcome can stay unknown; TikTok says it only after
    /// an hour, which is longer than a test.
    /// </summary>
    public static readonly string[] Certain = ["facebook", "instagram", "threads", "youtube"];

    public static TheoryData<string> All => [.. Names];

    public static FakeServer Of(string network) => network switch
    {
        "facebook" => new FakeFacebook(),
        "instagram" => new FakeInstagram(),
        "threads" => new FakeThreads(),
        "linkedin" => new FakeLinkedIn(),
        "youtube" => new FakeYouTube(),
        "tiktok" => new FakeTikTok(),
        "twitter" => new FakeX(),
        "pinterest" => new FakePinterest(),
        _ => new FakeBusiness(),
    };

    /// <summary>What a post needs so that its network takes it.</summary>
    public static Post On(this Post post, string network, PostMedia picture, PostMedia video) => network switch
    {
        "instagram" => post with { Media = [picture] },
        "pinterest" => post with { Media = [picture], Pinterest = new() { BoardId = "board-1" } },
        "youtube" or "tiktok" => post with { Media = [video] },
        _ => post,
    };

    public static (MediaFormat Format, byte[] Bytes) Picture =>
        (MediaFormat.Jpeg, Media.Samples.Encoded(SkiaSharp.SKEncodedImageFormat.Jpeg, 1_080, 1_080));
}
