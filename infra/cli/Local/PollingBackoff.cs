namespace Planable.Cli;

/// <summary>
/// The delay before an empty queue is polled again: doubles from 100 ms,
/// plus or minus 20 % so that instances do not poll in step.
/// </summary>
sealed class PollingBackoff(TimeSpan max)
{
    static readonly TimeSpan Min = TimeSpan.FromMilliseconds(100);
    TimeSpan _next = Min;

    public void Reset() => _next = Min;

    public TimeSpan Next()
    {
        var delay = _next * (0.8 + (0.4 * Random.Shared.NextDouble()));
        _next = _next * 2 < max ? _next * 2 : max;
        return delay < max ? delay : max;
    }
}
