using Azure;
using Azure.Data.Tables;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>A worker's lease of a media item. The worker that last wrote the row holds it.</summary>
sealed class MediaLease : IAsyncDisposable
{
    readonly Tables _tables;
    readonly TimeProvider _time;
    readonly Lease _lease;

    MediaLease(Tables tables, MediaItem item, ETag etag, TimeSpan length, TimeProvider time)
    {
        (_tables, Item, ETag, _time) = (tables, item, etag, time);
        _lease = new(item.Due, length, RenewAsync, time);
    }

    public MediaItem Item { get; private set; }

    /// <summary>The row's ETag after our last write.</summary>
    public ETag ETag { get; private set; }

    /// <summary>Cancelled when another worker takes the lease, or the item is deleted.</summary>
    public CancellationToken Lost => _lease.Lost;

    /// <summary>Takes the lease and counts an attempt; null if another worker was faster.</summary>
    public static async Task<MediaLease?> TakeAsync(
        Tables tables, TableEntity row, MediaItem item, TimeSpan length, TimeProvider time, CancellationToken cancel)
    {
        var taken = item with { Attempts = item.Attempts + 1, IsLeased = true, Due = time.GetUtcNow() + length };
        return await WriteAsync(tables, taken, row.ETag, cancel) is { } etag ? new(tables, taken, etag, length, time) : null;
    }

    /// <summary>Releases the lease, with a pause before the next attempt; false if the lease was lost.</summary>
    public async Task<bool> ReleaseAsync(TimeSpan pause, CancellationToken cancel)
    {
        await StopAsync();
        return await WriteAsync(_tables, Item with { IsLeased = false, Due = _time.GetUtcNow() + pause }, ETag, cancel) is not null;
    }

    /// <summary>Stops renewal, so that <see cref="ETag"/> no longer changes.</summary>
    public Task StopAsync() => _lease.StopAsync();

    public ValueTask DisposeAsync() => _lease.DisposeAsync();

    async Task<bool> RenewAsync(DateTimeOffset until)
    {
        var renewed = Item with { Due = until };
        if (await WriteAsync(_tables, renewed, ETag, CancellationToken.None) is not { } etag)
        {
            return false;
        }
        (Item, ETag) = (renewed, etag);
        return true;
    }

    static async Task<ETag?> WriteAsync(Tables tables, MediaItem item, ETag etag, CancellationToken cancel)
    {
        try
        {
            return (await tables.Content.UpdateEntityAsync(MediaStore.Row(item), etag, TableUpdateMode.Replace, cancel)).Headers.ETag;
        }
        catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
        {
            return null;
        }
    }
}
