using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Content.NetworkRules;

namespace Planable.Content.Posts;

/// <summary>A post's media item. Its import's result is copied into the post, so that reading a post needs no media rows.</summary>
/// <param name="Key">The key of the media.</param>
sealed record PostMedia(
    [property: JsonPropertyName("own")] string Key, MediaStatus Status, MediaKind Kind, string? File = null, bool HasThumbnail = false)
{
    public string? ContentType { get; init; }

    /// <summary>In bytes; this and what follows is null if unknown, as in posts that were stored before it was copied.</summary>
    public long? Size { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public double? Duration { get; init; }

    public static PostMedia Of(MediaItem item) =>
        new(item.Key, item.Status, item.File?.Kind ?? item.Kind, item.File?.Key, item.File?.HasThumbnail is true)
        {
            ContentType = item.File?.ContentType,
            Size = item.File?.Size,
            Width = item.File?.Width,
            Height = item.File?.Height,
            Duration = item.File?.Duration,
        };

    /// <summary>The file as a network's rules see it.</summary>
    /// <param name="field">The field that names it.</param>
    public PostFile AsFile(string field) =>
        // Until it is imported, only a name that ends like a GIF's or a video's tells its kind.
        File is null ? new(field, Kind is MediaKind.image ? null : Kind, null, null, null, null, null)
        : new(field, Kind, Kind is MediaKind.gif ? MediaFormat.Gif : MediaFormat.Of(ContentType), Size, Width, Height,
            Kind is MediaKind.video ? Duration : null);
}

/// <summary>Posts as users of media: whether a post uses an item, who can see it, and the update when its import ends.</summary>
sealed class PostMediaUses(PostStore posts, TimeProvider time) : IMediaUses
{
    public ValueTask<bool> IsUsedAsync(MediaItem item, CancellationToken cancel) => Showing(item, cancel).AnyAsync(cancel);

    public ValueTask<bool> IsSeenAsync(MediaItem item, Caller caller, CancellationToken cancel) =>
        Showing(item, cancel).AnyAsync(one => caller.Sees(one.Post), cancel);

    public async Task<Func<MediaItem, IEnumerable<TableTransactionAction>>> ReadAsync(MediaItem item, CancellationToken cancel)
    {
        var found = await Showing(item, cancel).ToListAsync(cancel);
        return settled => PostStore.Written(found.Select(one => new PostWrite(
            one, one.Post.Showing(PostMedia.Of(settled)) with { ModifiedAt = time.GetUtcNow() })));
    }

    IAsyncEnumerable<StoredPost> Showing(MediaItem item, CancellationToken cancel) => item.Group is not { } group
        ? AsyncEnumerable.Empty<StoredPost>()
        : posts.RangeAsync(item.Workspace, group, cancel: cancel).Where(one => one.Post.Shows(item.Key));
}

static class PostMediaExtensions
{
    /// <summary>The media of a request's fields that start with this name, as stored in a post.</summary>
    public static PostMedia[] Of(this MediaBatch media, string field) =>
        [.. media.Items.Where(
            (_, index) => media.Wanted.Sources[index].Field.StartsWith(field, StringComparison.Ordinal)).Select(PostMedia.Of)];
}
