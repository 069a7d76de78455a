using System.Threading.RateLimiting;

namespace Planable.Work;

/// <summary>
/// A lock for each key within this process. Waiters enter in the order of their arrival. It is only an optimization: between processes, the
/// ETag decides.
/// </summary>
/// <param name="mostWaiting">How many callers may wait for one key.</param>
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
                // The limiter of an idle key is disposed of; the next attempt creates a new one.
            }
        }
    }

    /// <summary>
    /// As <see cref="EnterAsync"/>, but returns null after <paramref name="timeout"/>, or if too many callers already wait.
    /// </summary>
    public async Task<IDisposable?> TryEnterAsync(string key, TimeSpan timeout, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
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
