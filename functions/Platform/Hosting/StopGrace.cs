using System.Runtime.CompilerServices;

namespace Planable.Platform.Hosting;

/// <summary>A token for handlers: cancelled a few seconds after the app begins to stop, so that they may finish.</summary>
sealed class StopGrace : IDisposable
{
    static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    readonly CancellationTokenSource _end = new();
    readonly CancellationTokenRegistration _stop;

    public StopGrace(CancellationToken stopping) => _stop = stopping.Register(() => _end.CancelAfter(Length));

    public CancellationToken Token => _end.Token;

    public void Dispose()
    {
        _stop.Dispose();
        _end.Dispose();
    }
}

static class QuietTask
{
    /// <summary>Waits until the task ends, however it ends.</summary>
    public static ConfiguredTaskAwaitable Quietly(this Task task) => task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
