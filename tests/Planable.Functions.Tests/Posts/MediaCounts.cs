using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Platform;

namespace Planable.Functions.Tests.Posts;

/// <summary>So many files of each kind, which every network takes one by one.</summary>
/// <param name="Unknown">Files that are not imported yet.</param>
sealed record MediaCounts(int Images = 0, int Gifs = 0, int Videos = 0, int Unknown = 0)
{
    /// <summary>What the post's network has against these files.</summary>
    public IEnumerable<FieldError> Faults(Post post) => PostValidator.Faults(post with
    {
        Media =
        [
            .. Enumerable.Repeat(File(MediaFormat.Jpeg, 1080, 1080), Images), .. Enumerable.Repeat(File(MediaFormat.Gif, 1080, 1080), Gifs),
            .. Enumerable.Repeat(File(MediaFormat.Mp4, 1080, 1920, seconds: 30), Videos),
            .. Enumerable.Repeat(new PostMedia("x", MediaStatus.processing, MediaKind.image), Unknown),
        ],
    });

    public static PostMedia File(MediaFormat format, int width, int height, double? seconds = null, long kilobytes = 500) =>
        new("x", MediaStatus.success, format.Kind, File: "file")
        {
            ContentType = format.ContentType,
            Size = kilobytes * 1024,
            Width = width,
            Height = height,
            Duration = seconds,
        };
}
