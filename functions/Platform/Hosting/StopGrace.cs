using System.Runtime.CompilerServices;

namespace Planable.Platform.Hosting;

/// <summary>A token for handlers that is cancelled only 5 seconds after the app begins to stop, so that they can finish.</summary>
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
    /// <summary>Waits until the task ends, and ignores its exception or cancellation.</summary>
    public static ConfiguredTaskAwaitable Quietly(this Task task) => task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
