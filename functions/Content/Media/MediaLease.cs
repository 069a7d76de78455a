using Azure;
using Azure.Data.Tables;
using Planable.Platform.Hosting;
using Planable.Storage;

namespace Planable.Content.Media;

/// <summary>A worker's hold of a piece of media: whoever wrote the row last has it. It is renewed until it is settled, released or lost.</summary>
sealed class MediaLease : IAsyncDisposable
{
    readonly Tables _tables;
    readonly TimeSpan _length;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _lost = new(), _done = new();
    readonly Task _renewing;

    MediaLease(Tables tables, MediaItem item, ETag etag, TimeSpan length, TimeProvider time)
    {
        (_tables, Item, ETag, _length, _time) = (tables, item, etag, length, time);
        Lost = _lost.Token;
        _renewing = RenewAsync();
    }

    public MediaItem Item { get; private set; }

    /// <summary>The row as we wrote it last.</summary>
    public ETag ETag { get; private set; }

    /// <summary>Somebody else has it, or it is deleted.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Takes it, as one more attempt; null where somebody else was faster.</summary>
    public static async Task<MediaLease?> TakeAsync(Tables tables, TableEntity row, MediaItem item, TimeSpan length, TimeProvider time, CancellationToken cancel)
    {
        var taken = item with { Attempts = item.Attempts + 1, IsLeased = true, Due = time.GetUtcNow() + length };
        return await WriteAsync(tables, taken, row.ETag, cancel) is { } etag ? new(tables, taken, etag, length, time) : null;
    }

    /// <summary>Gives it up until a while from now; false where it was lost.</summary>
    public async Task<bool> ReleaseAsync(TimeSpan pause, CancellationToken cancel)
    {
        await StopAsync();
        return await WriteAsync(_tables, Item with { IsLeased = false, Due = _time.GetUtcNow() + pause }, ETag, cancel) is not null;
    }

    /// <summary>Renews it no more, so that <see cref="ETag"/> stays what it is.</summary>
    public async Task StopAsync()
    {
        await _done.CancelAsync();
        await _renewing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _done.Dispose();
        _lost.Dispose();
    }

    async Task RenewAsync()
    {
        while (true)
        {
            await Task.Delay(_length / 3, _time, _done.Token).Quietly();
            if (_done.IsCancellationRequested)
            {
                return;
            }
            try
            {
                var renewed = Item with { Due = _time.GetUtcNow() + _length };
                if (await WriteAsync(_tables, renewed, ETag, CancellationToken.None) is not { } etag)
                {
                    await _lost.CancelAsync();
                    return;
                }
                (Item, ETag) = (renewed, etag);
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
            {
                // Storage is away; what it makes of this the next renewal tells.
            }
        }
    }

    static async Task<ETag?> WriteAsync(Tables tables, MediaItem item, ETag etag, CancellationToken cancel)
    {
        try
        {
            return (await tables.Content.UpdateEntityAsync(MediaStore.Row(item), etag, TableUpdateMode.Replace, cancel)).Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound or StatusCodes.Status412PreconditionFailed)
        {
            return null;
        }
    }
}
