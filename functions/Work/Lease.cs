using Planable.Platform.Hosting;

namespace Planable.Work;

/// <summary>A hold on something that nobody else may work on. It is renewed until it is stopped or lost.</summary>
sealed class Lease : IAsyncDisposable
{
    /// <summary>The part of its length after which it is renewed: two renewals may fail before it ends.</summary>
    const double RenewAfter = 1.0 / 3;

    readonly TimeSpan _length;
    readonly Func<DateTimeOffset, Task<bool>> _renew;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _lost = new(), _stopped = new();
    readonly Task _renewing;

    /// <param name="until">Until when it was taken.</param>
    /// <param name="renew">
    /// Stores that it lasts until a moment. False means that somebody else holds it, or that it is gone. An exception means that nobody
    /// knows: the next renewal tells.
    /// </param>
    public Lease(DateTimeOffset until, TimeSpan length, Func<DateTimeOffset, Task<bool>> renew, TimeProvider time)
    {
        (Until, _length, _renew, _time) = (until, length, renew, time);
        Lost = _lost.Token;
        _renewing = RenewAsync();
    }

    /// <summary>When it ends unless it is renewed.</summary>
    public DateTimeOffset Until { get; private set; }

    /// <summary>Cancelled once somebody else holds it.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Ends the renewals; the hold lasts until its end.</summary>
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
                // Storage did not say what became of it.
            }
        }
    }
}
