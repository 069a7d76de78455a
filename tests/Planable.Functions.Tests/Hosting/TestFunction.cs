using System.Collections.Concurrent;
using Planable.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>Notes every run, then does what the test says.</summary>
sealed class TestFunction(Func<int, CancellationToken, Task> run) : IQueueFunction, ITimerFunction
{
    readonly ConcurrentQueue<(QueueCall? Call, DateTimeOffset At)> _runs = [];

    public IReadOnlyList<(QueueCall? Call, DateTimeOffset At)> Runs => [.. _runs];

    public TestFunction() : this((_, _) => Task.CompletedTask) { }

    public static TestFunction Failing() => new((_, _) => throw new InvalidOperationException("as the test wants it"));

    public Task RunAsync(QueueCall call, CancellationToken cancel) => NoteAsync(call, cancel);

    public Task RunAsync(CancellationToken cancel) => NoteAsync(null, cancel);

    Task NoteAsync(QueueCall? call, CancellationToken cancel)
    {
        _runs.Enqueue((call, TimeProvider.System.GetUtcNow()));
        return run(_runs.Count, cancel);
    }
}
