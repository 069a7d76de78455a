using Azure.Storage.Blobs.Models;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>Deletes, once a day, blobs without a file row: those left by crashed workers, and finished uploads.</summary>
sealed class MediaSweep(Tables tables, MediaBlobs blobs, TimeProvider time)
{
    /// <summary>Longer than the time between the write of a blob and of its row.</summary>
    static readonly TimeSpan Settled = TimeSpan.FromHours(2);

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var blob in OrphansAsync(Settled, cancel))
        {
            await blobs.Container.DeleteBlobIfExistsAsync(blob, DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancel);
        }
    }

    /// <summary>Paths of blobs older than <paramref name="age"/> that belong to no file.</summary>
    public async IAsyncEnumerable<string> OrphansAsync(
        TimeSpan age, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var oldest = time.GetUtcNow() - age;
        var (workspace, keys) = ("", new HashSet<string>(StringComparer.Ordinal));
        // Storage lists blobs by name, so those of a workspace come together.
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
