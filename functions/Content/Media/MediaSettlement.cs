using Azure.Data.Tables;
using Planable.Content.Events;
using Planable.Platform.Http;
using Planable.Platform.Telemetry;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Writes an import's result to the media item, its file and the posts that use it, in one transaction.</summary>
sealed class MediaSettlement(
    Tables tables, MediaStore media, MediaBlobs blobs, IMediaUses uses, EventLog events, KeyedLock gate, MediaSettings settings,
    TimeProvider time)
{
    /// <param name="settled">The item with its result.</param>
    public async Task SettleAsync(MediaLease lease, MediaItem settled, CancellationToken cancel)
    {
        using (await gate.EnterAsync(settled.Workspace, cancel))
        {
            await lease.StopAsync();
            for (var attempt = 1; !await TrySettleAsync(lease, settled, cancel); attempt++)
            {
                await Backoff.Contention.WaitAsync(attempt, time, cancel);
            }
        }
        if (settled.File is { } file && await media.FileAsync(settled.Workspace, file.Key, cancel) is null)
        {
            // Another import stored the same bytes first, or the media item was deleted.
            await blobs.DeleteAsync(settled.Workspace, file.Key, cancel);
        }
        // If the lease was lost, another worker may still be reading the upload.
        if (lease.Item.Source is null && await media.RowAsync(settled.Workspace, settled.Key, cancel) is not { Item.IsSettled: false })
        {
            await blobs.CloseUploadAsync(settled.Workspace, settled.Key, cancel);
        }
    }

    /// <summary>False if one of the rows has changed since it was read.</summary>
    async Task<bool> TrySettleAsync(MediaLease lease, MediaItem settled, CancellationToken cancel)
    {
        var used = uses.ReadAsync(settled, cancel);
        var known = settled.File is { } added ? await media.FileOfAsync(settled.Workspace, added.Hash, cancel) : null;
        var item = known is var (_, same) ? settled.Succeeded(same) : settled;
        if (known is null && item.File is { } gone && gone.Key != Ids.Member(lease.Item.Key, lease.Item.Attempts))
        {
            await used;
            throw new FetchFailure("An identical file was deleted during the import.", isTransient: true);
        }
        var bytes = known is null && item.File is not null ? await media.BytesAsync(item.Workspace, cancel) : null;
        if (bytes is not null && bytes.Total + item.File!.Size > settings.Bytes)
        {
            item = lease.Item.Failed(MediaFailure.Full(settings.Megabytes));
        }
        var told = await events.DraftAsync(item.Workspace, item.IsSettled
            ? [new(item.Status is MediaStatus.success ? EventTypes.MediaReady : EventTypes.MediaFailed, item.Id)] : [], cancel);
        try
        {
            await tables.Content.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.UpdateReplace, MediaStore.Row(item), lease.ETag),
                    .. known is var (row, file) ? [MediaStore.Used(item.Workspace, row, file, 1)]
                        : item.File is { } first ? MediaStore.FileAdded(item.Workspace, first, bytes!) : [],
                    .. MediaStore.SlotFreed(lease.Item),
                    .. (await used)(item), .. told,
                ], cancel);
            AppTelemetry.Ingested(item.Status);
            return true;
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            // If the row's ETag has changed, our write succeeded or the lease was lost; either way it is done.
            return (await media.RowAsync(settled.Workspace, settled.Key, cancel))?.Row.ETag != lease.ETag;
        }
    }
}
