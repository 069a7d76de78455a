using Azure;
using Azure.Data.Tables;
using Planable.Content.Posts;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Takes media out of the library, and a file away once no media shows it.</summary>
sealed class MediaRemoval(Tables tables, Commits commits, MediaStore media, MediaBlobs blobs) : IFollowUp
{
    public const string Kind = "delete-file";

    /// <summary>Deletes a piece of media that no post shows.</summary>
    /// <param name="known">As it was read; what file it shows does not change any more once it shows one.</param>
    public Task<Outcome<Done>> DeleteAsync(Id id, (TableEntity Row, MediaItem Item)? known, WriteId write, CancellationToken cancel)
    {
        var first = true;
        return commits.CommitAsync(
            tables.Content, id.Place, write, ApiJson.Default.Done, PrepareAsync, cancel,
            known?.Item.File is { } file ? [new(Kind, MediaBlobs.Path(id.Place, file.Key))] : []);

        async Task<Outcome<Draft<Done>>> PrepareAsync()
        {
            var found = first ? known : await media.RowAsync(id.Place, id.Own, cancel);
            first = false;
            if (found is not var (row, item))
            {
                return Problems.NotFound("media");
            }
            // What a post does not show any more it never shows again, so the answer to this stays.
            var shown = IsShownAsync(item, cancel);
            var actions = await RemovedAsync(row, item, cancel);
            return await shown ? Problems.MediaInUse() : new Draft<Done>(new(), actions);
        }
    }

    public async Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel)
    {
        if (MediaBlobs.FileOf(followUp.Subject) is var (workspace, key) && await media.FileAsync(workspace, key, cancel) is null)
        {
            await blobs.DeleteAsync(workspace, key, cancel);
        }
        return null;
    }

    public Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Takes back what was brought for a write that never came to be.</summary>
    public async Task RemoveAsync(string workspace, string own, CancellationToken cancel)
    {
        while (await media.RowAsync(workspace, own, cancel) is var (row, item))
        {
            try
            {
                await tables.Content.SubmitTransactionAsync(await RemovedAsync(row, item, cancel), cancel);
                return;
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound or StatusCodes.Status412PreconditionFailed)
            {
                // Its file is shown by another meanwhile, or its worker has gone on.
                await Task.Delay(Random.Shared.Next(50), cancel);
            }
        }
    }

    async Task<bool> IsShownAsync(MediaItem item, CancellationToken cancel) => item.Group is not null
        && await tables.Content.RangeAsync(item.Workspace, PostStore.Prefix + item.Group, cancel: cancel)
            .AnyAsync(row => row.Read(StoredJson.Default.Post).Shows(item.Own), cancel);

    async Task<IEnumerable<TableTransactionAction>> RemovedAsync(TableEntity row, MediaItem item, CancellationToken cancel) =>
    [
        new(TableTransactionActionType.Delete, row, row.ETag),
        .. item.File is { } shown && await media.FileAsync(item.Workspace, shown.Key, cancel) is var (fileRow, file)
            ? MediaStore.Used(item.Workspace, fileRow, file, -1) : [],
    ];
}
