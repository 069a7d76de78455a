using Azure;
using Azure.Data.Tables;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Takes media out of the library, and a file away once no media shows it.</summary>
sealed class MediaRemoval(
    Tables tables, Outbox outbox, MediaStore media, MediaBlobs blobs, IMediaUses uses, TimeProvider time) : IEventHandler
{
    public const string Removed = "media-removed";

    const int MostAttempts = 50;

    /// <summary>Deletes a piece of media that no post shows.</summary>
    /// <param name="known">As it was read; what file it shows does not change any more once it shows one.</param>
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
            // What a post does not show any more it never shows again, so the answer to this stays.
            var shown = uses.IsUsedAsync(item, cancel);
            var actions = await RemovedAsync(row, item, cancel);
            return await shown ? Problems.MediaInUse() : new Commit<Done>(new(), actions);
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

    /// <summary>Takes back what was brought for a write that never came to be.</summary>
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
                // Its file is shown by another meanwhile, or its worker has gone on.
                await Backoff.Contention.WaitAsync(attempt, time, cancel);
            }
        }
    }

    async Task<IEnumerable<TableTransactionAction>> RemovedAsync(TableEntity row, MediaItem item, CancellationToken cancel) =>
    [
        new(TableTransactionActionType.Delete, row, row.ETag),
        .. item.File is { } shown && await media.FileAsync(item.Workspace, shown.Key, cancel) is var (fileRow, file)
            ? MediaStore.Used(item.Workspace, fileRow, file, -1) : [],
    ];
}
