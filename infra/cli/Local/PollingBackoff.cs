namespace Planable.Cli;

/// <summary>How long to leave an empty queue alone: doubling from 100 ms, give or take a fifth lest instances poll in step.</summary>
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
