using Azure.Storage.Blobs.Models;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>Daily, deletes blobs which no file row names: what workers left that died, and uploads that are over.</summary>
sealed class MediaSweep(Tables tables, MediaBlobs blobs, TimeProvider time)
{
    /// <summary>Longer than anything is between its blob and its row.</summary>
    static readonly TimeSpan Settled = TimeSpan.FromHours(2);

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var blob in OrphansAsync(Settled, cancel))
        {
            await blobs.Container.DeleteBlobIfExistsAsync(blob, DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancel);
        }
    }

    /// <summary>Blobs older than this that are of no file, by their paths.</summary>
    public async IAsyncEnumerable<string> OrphansAsync(
        TimeSpan age, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var oldest = time.GetUtcNow() - age;
        var (workspace, keys) = ("", new HashSet<string>(StringComparer.Ordinal));
        // In the order of their names, so that those of a workspace are together.
        await foreach (var blob in blobs.Container.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, cancel))
        {
            if (blob.Properties.LastModified > oldest)
            {
                continue;
            }
            if (MediaBlobs.FileOf(blob.Name) is not var (place, key))
            {
                yield return blob.Name;
                continue;
            }
            if (place != workspace)
            {
                (workspace, keys) = (place, await tables.Content.RangeAsync(place, MediaStore.Files, select: ["RowKey"], cancel: cancel)
                    .Select(row => row.RowKey[MediaStore.Files.Length..]).ToHashSetAsync(StringComparer.Ordinal, cancel));
            }
            if (!keys.Contains(key))
            {
                yield return blob.Name;
            }
        }
    }
}
