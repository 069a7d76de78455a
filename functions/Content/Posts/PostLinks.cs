using Planable.Content.Media;

namespace Planable.Content.Posts;

static class PostLinks
{
    /// <summary>Replaces blob paths in a post with links. This is the last step, because stored answers outlive links.</summary>
    public static async Task<PostResponse> LinkedAsync(this MediaLinks links, PostResponse post, CancellationToken cancel) =>
        !HasMedia(post) ? post : post with
        {
            Media = await Task.WhenAll(post.Media.Select(path => links.DayLinkAsync(path, cancel))),
            VideoThumbnailUrl = post.VideoThumbnailUrl is { } path ? await links.DayLinkAsync(path, cancel) : null,
        };

    public static async Task<PostResponse[]> LinkedAsync(
        this MediaLinks links, IEnumerable<PostResponse> posts, CancellationToken cancel)
    {
        PostResponse[] all = [.. posts];
        return Array.Exists(all, HasMedia) ? await Task.WhenAll(all.Select(post => links.LinkedAsync(post, cancel))) : all;
    }

    static bool HasMedia(PostResponse post) => post.Media.Length > 0 || post.VideoThumbnailUrl is not null;
}
