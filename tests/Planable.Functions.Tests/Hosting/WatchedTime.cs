using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Planable.Functions.Tests.Hosting;

/// <summary>A clock that moves only when told to, and tells who has begun to wait by it.</summary>
sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    readonly ConcurrentQueue<TimeSpan> _waits = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Until somebody has begun to wait for so long, so many times.</summary>
    public Task WaitedAsync(TimeSpan wait, int times = 1) =>
        Eventually.TrueAsync(() => _waits.Count(one => one == wait) >= times, $"a wait of {wait} begins, {times} in all");
}
