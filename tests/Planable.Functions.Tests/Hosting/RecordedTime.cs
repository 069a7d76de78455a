using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Planable.Functions.Tests.Hosting;

/// <summary>A clock that a test moves, and that knows how long it was asked to wait.</summary>
sealed class RecordedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    readonly ConcurrentQueue<TimeSpan> _waits = [];

    /// <summary>Whether waits end once their time has come; they never do for one who is asleep.</summary>
    public bool Rings { get; set; } = true;

    /// <summary>How often something was to wait for so long.</summary>
    public int Waits(TimeSpan wait) => _waits.Count(one => one == wait);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, Rings ? dueTime : Timeout.InfiniteTimeSpan, period);
        _waits.Enqueue(dueTime);
        return timer;
    }
}
