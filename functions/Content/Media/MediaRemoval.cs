using Azure;
using Azure.Data.Tables;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Deletes media, and a file once no media use it.</summary>
sealed class MediaRemoval(
    Tables tables, Outbox outbox, MediaStore media, MediaBlobs blobs, IMediaUses uses, TimeProvider time) : IEventHandler
{
    public const string Removed = "media-removed";

    const int MostAttempts = 50;

    /// <summary>Deletes a media item that no post uses.</summary>
    /// <param name="known">As read. Once an item has a file, the file never changes.</param>
    public Task<Outcome<Done>> DeleteAsync(Id id, (TableEntity Row, MediaItem Item)? known, OperationId operation, CancellationToken cancel)
    {
        var first = true;
        return outbox.CommitAsync(
            tables.Content, id.Partition, operation, ApiJson.Default.Done, PrepareAsync, cancel,
            known?.Item.File is { } file ? [new(Removed, MediaBlobs.Path(id.Partition, file.Key))] : []);

        async Task<Outcome<Commit<Done>>> PrepareAsync()
        {
            var found = first ? known : await media.RowAsync(id.Partition, id.Key, cancel);
            first = false;
            if (found is not var (row, item))
            {
                return Problems.NotFound("media");
            }
            // A post never uses a media item again after it stopped, so a negative answer stays true.
            var shown = uses.IsUsedAsync(item, cancel);
            var actions = await RemovedAsync(row, item, cancel);
            // If an upload's link is not closed because the process ends, the sweep deletes what is sent to it.
            return await shown ? Problems.MediaInUse() : new Commit<Done>(
                new(), actions, Meanwhile: item.Status is not MediaStatus.uploading ? null
                    : () => blobs.CloseUploadAsync(id.Partition, id.Key, cancel));
        }
    }

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (MediaBlobs.FileOf(happened.Subject) is var (workspace, key) && await media.FileAsync(workspace, key, cancel) is null)
        {
            await blobs.DeleteAsync(workspace, key, cancel);
        }
        return null;
    }

    /// <summary>Deletes media that were added for a write that never committed.</summary>
    public async Task RemoveAsync(string workspace, string key, CancellationToken cancel)
    {
        for (var attempt = 1; await media.RowAsync(workspace, key, cancel) is var (row, item); attempt++)
        {
            try
            {
                await tables.Content.SubmitTransactionAsync(await RemovedAsync(row, item, cancel), cancel);
                return;
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e) && attempt < MostAttempts)
            {
                // The file's number of uses or the item has changed since it was read.
                await Backoff.Contention.WaitAsync(attempt, time, cancel);
            }
        }
    }

    async Task<IEnumerable<TableTransactionAction>> RemovedAsync(TableEntity row, MediaItem item, CancellationToken cancel)
    {
        TableTransactionAction[] own = [new(TableTransactionActionType.Delete, row, row.ETag), .. MediaStore.SlotFreed(item)];
        if (item.File is not { } shown)
        {
            return own;
        }
        var bytes = media.BytesAsync(item.Workspace, cancel);
        var found = await media.FileAsync(item.Workspace, shown.Key, cancel);
        var total = await bytes;
        return found is var (fileRow, file) ? [.. own, .. MediaStore.Unused(item.Workspace, fileRow, file, total)] : own;
    }
}
