using Planable.Platform.Hosting;

namespace Planable.Work;

/// <summary>The exclusive right to work on something. It is renewed until it is stopped or lost.</summary>
sealed class Lease : IAsyncDisposable
{
    /// <summary>The fraction of its length after which it is renewed: two renewals may fail before it ends.</summary>
    const double RenewAfter = 1.0 / 3;

    readonly TimeSpan _length;
    readonly Func<DateTimeOffset, Task<bool>> _renew;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _lost = new(), _stopped = new();
    readonly Task _renewing;

    /// <param name="until">When the lease ends as it was taken.</param>
    /// <param name="renew">
    /// Stores a new end. Returns false if somebody else holds the lease or it is gone. An exception means that the outcome is unknown: the
    /// next renewal finds out.
    /// </param>
    public Lease(DateTimeOffset until, TimeSpan length, Func<DateTimeOffset, Task<bool>> renew, TimeProvider time)
    {
        (Until, _length, _renew, _time) = (until, length, renew, time);
        Lost = _lost.Token;
        _renewing = RenewAsync();
    }

    /// <summary>When it ends, unless it is renewed.</summary>
    public DateTimeOffset Until { get; private set; }

    /// <summary>Cancelled once the lease is lost.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Stops renewing. The lease itself lasts until its end.</summary>
    public async Task StopAsync()
    {
        await _stopped.CancelAsync();
        await _renewing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopped.Dispose();
        _lost.Dispose();
    }

    async Task RenewAsync()
    {
        while (true)
        {
            await Task.Delay(_length * RenewAfter, _time, _stopped.Token).Quietly();
            if (_stopped.IsCancellationRequested)
            {
                return;
            }
            try
            {
                var until = _time.GetUtcNow() + _length;
                if (!await _renew(until))
                {
                    await _lost.CancelAsync();
                    return;
                }
                Until = until;
            }
            catch (Exception e) when (StorageOutcome.IsUnsettled(e) || e is OperationCanceledException)
            {
                // The outcome is unknown; the next renewal finds out.
            }
        }
    }
}
