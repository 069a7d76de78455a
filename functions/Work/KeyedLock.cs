using System.Threading.RateLimiting;

namespace Planable.Work;

/// <summary>
/// Lets one holder a key pass at a time within this process, the others in the order they came. It is an optimization: across processes the
/// ETag decides.
/// </summary>
/// <param name="mostWaiting">How many may wait for a key.</param>
sealed class KeyedLock(int mostWaiting = int.MaxValue) : IDisposable
{
    readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetConcurrencyLimiter(key, _ => new() { PermitLimit = 1, QueueLimit = mostWaiting }));

    public async Task<IDisposable> EnterAsync(string key, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await _limiter.AcquireAsync(key, 1, cancel);
            }
            catch (ObjectDisposedException)
            {
                // The limiter of a key that was idle is disposed of; asking again makes another.
            }
        }
    }

    /// <summary>The same for whoever has better to do than to wait for long, or behind many: null then.</summary>
    public async Task<IDisposable?> TryEnterAsync(string key, TimeSpan patience, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            return await EnterAsync(key, limit.Token) is RateLimitLease { IsAcquired: true } lease ? lease : null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _limiter.Dispose();
}
