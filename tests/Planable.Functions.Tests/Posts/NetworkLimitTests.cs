using Planable.Content.Posts;

namespace Planable.Functions.Tests.Posts;

/// <summary>Each number of each network, under it, at it and over it; written out here and not read from the product.</summary>
public sealed class NetworkLimitTests
{
    static readonly NewPin Pin = new() { BoardId = "board" };

    [Theory]
    [InlineData("facebook", "Facebook", 63_206)]
    [InlineData("instagram", "Instagram", 2_200)]
    [InlineData("threads", "Threads", 500)]
    [InlineData("linkedin", "LinkedIn", 3_000)]
    [InlineData("tiktok", "TikTok", 2_200)]
    [InlineData("twitter", "X", 280)]
    [InlineData("pinterest", "Pinterest", 800)]
    [InlineData("googleMyBusiness", "Google Business Profile", 1_500)]
    [InlineData("universal", "Universal", 25_000)]
    public void A_text_has_so_many_characters(string platform, string name, int most)
    {
        Assert.Empty(Faults(platform, new('x', most - 1)));
        Assert.Empty(Faults(platform, new('x', most)));
        Assert.Equal([$"text: {name} allows {most} characters; this has {most + 1}."], Faults(platform, new('x', most + 1)));
    }

    [Theory]
    [InlineData("facebook", 10, "Facebook allows 10 files; this has 11.")]
    [InlineData("instagram", 10, "Instagram allows 10 files; this has 11.")]
    [InlineData("threads", 20, "Threads allows 20 files; this has 21.")]
    [InlineData("linkedin", 20, "LinkedIn allows 20 files; this has 21.")]
    [InlineData("youtube", 1, "YouTube allows 1 file; this has 2.")]
    [InlineData("tiktok", 20, "TikTok allows 20 files; this has 21.")]
    [InlineData("twitter", 4, "X allows 4 files; this has 5.")]
    [InlineData("pinterest", 5, "Pinterest allows 5 files; this has 6.")]
    [InlineData("googleMyBusiness", 1, "Google Business Profile allows 1 file; this has 2.")]
    [InlineData("universal", 20, "Universal allows 20 files; this has 21.")]
    public void A_post_has_so_many_files(string platform, int most, string fault)
    {
        foreach (var files in new[] { most - 1, most }.Where(files => files > 0))
        {
            Assert.Empty(Faults(platform, media: new(Unknown: files)));
        }
        Assert.Equal(["media: " + fault], Faults(platform, media: new(Unknown: most + 1)));
        Assert.Contains("media: " + fault, Faults(platform, media: new(Images: most, Unknown: 1)));
    }

    [Theory]
    [InlineData("facebook", 1)]
    [InlineData("instagram", 10)]
    [InlineData("threads", 20)]
    [InlineData("linkedin", 1)]
    [InlineData("youtube", 1)]
    [InlineData("tiktok", 1)]
    [InlineData("twitter", 1)]
    [InlineData("pinterest", 1)]
    [InlineData("googleMyBusiness", 0)]
    [InlineData("universal", 20)]
    public void A_post_has_so_many_videos(string platform, int most)
    {
        foreach (var videos in new[] { most - 1, most }.Where(videos => videos > 0))
        {
            Assert.Empty(Faults(platform, media: new(Videos: videos)));
        }
        var said = most switch { 0 => "does not accept videos.", 1 => "allows one video.", _ => $"allows {most} files" };
        Assert.Contains(Faults(platform, media: new(Videos: most + 1)), fault => fault.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("facebook", "Facebook does not allow a video together with other files.")]
    [InlineData("instagram", null)]
    [InlineData("threads", null)]
    [InlineData("linkedin", "LinkedIn does not allow a video together with other files.")]
    [InlineData("tiktok", "TikTok does not allow a video together with other files.")]
    [InlineData("twitter", "X does not allow a video together with other files.")]
    [InlineData("pinterest", "Pinterest does not allow a video together with other files.")]
    [InlineData("universal", null)]
    public void A_video_stands_beside_a_picture_where_a_network_takes_several(string platform, string? fault)
    {
        string[] faults = fault is null ? [] : ["media: " + fault];

        Assert.Equal(faults, Faults(platform, media: new(Images: 1, Videos: 1)));
        Assert.Equal(faults, Faults(platform, media: new(Videos: 1, Unknown: 1)));
        Assert.Empty(Faults(platform, media: new(Images: 2)));
    }

    [Theory]
    [InlineData("facebook", true)]
    [InlineData("instagram", false)]
    [InlineData("threads", false)]
    [InlineData("linkedin", true)]
    [InlineData("youtube", false)]
    [InlineData("tiktok", false)]
    [InlineData("twitter", true)]
    [InlineData("pinterest", false)]
    [InlineData("googleMyBusiness", false)]
    [InlineData("universal", true)]
    public void A_gif_is_taken_or_not(string platform, bool taken)
    {
        var faults = Faults(platform, media: new(Gifs: 1));

        Assert.Equal(!taken, faults.Any(
            fault => fault.Contains(" does not accept GIF. Send ", StringComparison.Ordinal)
                || fault == "media: YouTube accepts only videos."));
        Assert.Equal(taken, faults is []);
    }

    [Theory]
    [InlineData("facebook", null)]
    [InlineData("instagram", "Instagram requires media.")]
    [InlineData("threads", null)]
    [InlineData("linkedin", null)]
    [InlineData("youtube", "YouTube requires a video.")]
    [InlineData("tiktok", "TikTok requires media.")]
    [InlineData("twitter", null)]
    [InlineData("pinterest", "Pinterest requires media.")]
    [InlineData("googleMyBusiness", null)]
    [InlineData("universal", null)]
    public void A_text_alone_is_a_post_or_not(string platform, string? fault) =>
        Assert.Equal(fault is null ? [] : ["media: " + fault], Faults(platform, media: new()));

    [Theory]
    [InlineData("", "Facebook requires text or media.")]
    [InlineData(" \n", "Facebook requires text or media.")]
    [InlineData("x", null)]
    public void Neither_text_nor_media_is_no_post(string text, string? fault)
    {
        Assert.Equal(fault is null ? [] : ["media: " + fault], Faults("facebook", text, new()));
        Assert.Empty(Faults("facebook", text, new(Images: 1)));
    }

    [Theory]
    [InlineData("facebook", true)]
    [InlineData("instagram", true)]
    [InlineData("threads", true)]
    [InlineData("linkedin", true)]
    [InlineData("youtube", false)]
    [InlineData("tiktok", true)]
    [InlineData("twitter", true)]
    [InlineData("pinterest", true)]
    [InlineData("googleMyBusiness", true)]
    [InlineData("universal", true)]
    public void A_picture_is_taken_or_not(string platform, bool taken) =>
        Assert.Equal(taken ? [] : ["media: YouTube accepts only videos."], Faults(platform, media: new(Images: 1)));

    [Theory]
    [InlineData("facebook", false)]
    [InlineData("instagram", false)]
    [InlineData("threads", false)]
    [InlineData("linkedin", false)]
    [InlineData("youtube", false)]
    [InlineData("tiktok", false)]
    [InlineData("twitter", false)]
    [InlineData("pinterest", true)]
    [InlineData("googleMyBusiness", false)]
    [InlineData("universal", false)]
    public void A_board_is_needed_or_not(string platform, bool needed)
    {
        var post = Post(platform, "A text") with { Pinterest = null };

        Assert.Equal(
            needed ? ["pinterest.boardId: Pinterest requires a board."] : [],
            new MediaCounts(Unknown: 1).Faults(post).Select(fault => $"{fault.Field}: {fault.Message}"));
    }

    [Theory]
    [InlineData("", null, true)]
    [InlineData(" ", "", true)]
    [InlineData("A text", null, false)]
    [InlineData("", "A title", false)]
    public void A_video_on_YouTube_needs_a_title_or_a_text(string text, string? title, bool missing) => Assert.Equal(
        missing ? ["youtubeTitle"] : [],
        new MediaCounts(Videos: 1).Faults(Post("youtube", text) with { YoutubeTitle = title }).Select(fault => fault.Field));

    static string[] Faults(string platform, string text = "A text", MediaCounts? media = null) =>
        [.. (media ?? new(Unknown: 1)).Faults(Post(platform, text)).Select(fault => $"{fault.Field}: {fault.Message}")];

    static Post Post(string platform, string text) => new()
    {
        Workspace = "",
        Key = "",
        Page = "",
        Platform = platform,
        Text = text,
        Creator = "",
        CreatedAt = default,
        ModifiedAt = default,
        Pinterest = Pin,
    };
}
