using Azure;
using Azure.Data.Tables;
using Planable.Content.Posts;
using Planable.Platform.Http;
using Planable.Platform.Telemetry;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Says how an import has ended: to the media, the file it shows and the posts that show it, in one transaction.</summary>
sealed class MediaSettlement(Tables tables, MediaStore media, MediaBlobs blobs, WriteGate gate, TimeProvider time)
{
    const int LongestPause = 100;

    /// <param name="settled">How it has ended, by whoever holds the lease.</param>
    public async Task SettleAsync(MediaLease lease, MediaItem settled, CancellationToken cancel)
    {
        using (await gate.EnterAsync(settled.Workspace, cancel))
        {
            await lease.StopAsync();
            while (!await IsOverAsync(lease, settled, cancel))
            {
                await Task.Delay(Random.Shared.Next(LongestPause), cancel);
            }
        }
        if (settled.File is { } file && await media.FileAsync(settled.Workspace, file.Key, cancel) is null)
        {
            // Another has brought the same bytes meanwhile, or nobody wants it any more.
            await blobs.DeleteAsync(settled.Workspace, file.Key, cancel);
        }
        // Whoever has it now may be reading what was sent.
        if (lease.Item.Source is null && await media.RowAsync(settled.Workspace, settled.Own, cancel) is not { Item.IsSettled: false })
        {
            await blobs.Container.DeleteBlobIfExistsAsync(MediaBlobs.UploadPath(settled.Workspace, settled.Own), cancellationToken: cancel);
        }
    }

    /// <summary>Tries to; false where something that it touches has changed meanwhile.</summary>
    async Task<bool> IsOverAsync(MediaLease lease, MediaItem settled, CancellationToken cancel)
    {
        var posts = PostsAsync(settled, cancel);
        var known = settled.File is { } brought ? await media.FileOfAsync(settled.Workspace, brought.Hash, cancel) : null;
        var item = known is var (_, same) ? settled.Succeeded(same) : settled;
        if (known is null && item.File is { } gone && gone.Key != Ids.Member(lease.Item.Own, lease.Item.Attempts))
        {
            await posts;
            throw new FetchFailure("The same file was there and is deleted meanwhile.", mayPass: true);
        }
        try
        {
            await tables.Content.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.UpdateReplace, MediaStore.Row(item), lease.ETag),
                    .. known is var (row, file) ? MediaStore.Used(item.Workspace, row, file, 1) : item.File is { } own ? MediaStore.Brought(item.Workspace, own) : [],
                    .. (await posts).Select(post => PostStore.Change(post.Row, post.Post.Showing(PostMedia.Of(item)) with { ModifiedAt = time.GetUtcNow() })),
                ], cancel);
            AppTelemetry.Ingested(item.Status);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 0 or 404 or 408 or 409 or 412 or 429 or >= 500)
        {
            // If the row is not as we had it, it was us after all, or it is not ours any more.
            return (await media.RowAsync(settled.Workspace, settled.Own, cancel))?.Row.ETag != lease.ETag;
        }
    }

    async Task<(TableEntity Row, Post Post)[]> PostsAsync(MediaItem item, CancellationToken cancel) => item.Group is not { } group ? []
        : await tables.Content.RangeAsync(item.Workspace, PostStore.Prefix + group, cancel: cancel)
            .Select(row => (row, Post: row.Read(StoredJson.Default.Post))).Where(one => one.Post.Shows(item.Own)).ToArrayAsync(cancel);
}
