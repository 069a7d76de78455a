using Azure.Data.Tables;
using Planable.Platform.Http;
using Planable.Platform.Telemetry;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Says how an import has ended: to the media, the file it shows and the posts that show it, in one transaction.</summary>
sealed class MediaSettlement(Tables tables, MediaStore media, MediaBlobs blobs, IMediaUses uses, KeyedLock gate, TimeProvider time)
{
    /// <param name="settled">How it has ended, by whoever holds the lease.</param>
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
            // Another has brought the same bytes meanwhile, or nobody wants it any more.
            await blobs.DeleteAsync(settled.Workspace, file.Key, cancel);
        }
        // Whoever has it now may be reading what was sent.
        if (lease.Item.Source is null && await media.RowAsync(settled.Workspace, settled.Key, cancel) is not { Item.IsSettled: false })
        {
            await blobs.Container.DeleteBlobIfExistsAsync(MediaBlobs.UploadPath(settled.Workspace, settled.Key), cancellationToken: cancel);
        }
    }

    /// <summary>False where something that it touches has changed meanwhile.</summary>
    async Task<bool> TrySettleAsync(MediaLease lease, MediaItem settled, CancellationToken cancel)
    {
        var used = uses.ReadAsync(settled, cancel);
        var known = settled.File is { } brought ? await media.FileOfAsync(settled.Workspace, brought.Hash, cancel) : null;
        var item = known is var (_, same) ? settled.Succeeded(same) : settled;
        if (known is null && item.File is { } gone && gone.Key != Ids.Member(lease.Item.Key, lease.Item.Attempts))
        {
            await used;
            throw new FetchFailure("The same file was there and is deleted meanwhile.", isTransient: true);
        }
        try
        {
            await tables.Content.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.UpdateReplace, MediaStore.Row(item), lease.ETag),
                    .. known is var (row, file) ? MediaStore.Used(item.Workspace, row, file, 1)
                        : item.File is { } key ? MediaStore.Brought(item.Workspace, key) : [],
                    .. (await used).Select(one => one.Change(item)),
                ], cancel);
            AppTelemetry.Ingested(item.Status);
            return true;
        }
        catch (Exception e) when (StorageOutcome.IsUnsettled(e))
        {
            // If the row is not as we had it, it was us after all, or it is not ours any more.
            return (await media.RowAsync(settled.Workspace, settled.Key, cancel))?.Row.ETag != lease.ETag;
        }
    }
}
