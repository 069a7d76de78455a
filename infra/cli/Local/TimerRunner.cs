using Azure.Storage.Blobs;
using Planable.Platform.Hosting;

namespace Planable.Cli;

/// <summary>Fires the timers as the host would: one past-due run for all missed ticks, never two runs of a timer at once.</summary>
sealed partial class TimerRunner(
    LocalFunctions functions, FunctionCaller caller, BlobServiceClient blobs, TimeProvider time, ILogger<TimerRunner> log)
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    // While the machine sleeps, a delay does not advance; short delays limit how late a timer then runs.
    static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(functions.OfTimers.Select(function => RunAsync(function, stopping)));

    async Task RunAsync(LocalFunction function, CancellationToken stopping)
    {
        using var grace = new StopGrace(stopping);
        var schedule = TimerSchedule.Parse(function.Source);
        var status = new TimerStatus(blobs, function.Name);
        var last = await LastRunAsync(function, status, stopping);
        while (await DueAsync(schedule.After(last), stopping))
        {
            await caller.RunTimerAsync(function, grace.Token);
            last = time.GetUtcNow();
            await WriteAsync(function, status, last);
        }
    }

    async Task<bool> DueAsync(DateTimeOffset due, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && due - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < LongestDelay ? left : LongestDelay, time, stopping).Quietly();
        }
        return !stopping.IsCancellationRequested;
    }

    async Task<DateTimeOffset> LastRunAsync(LocalFunction function, TimerStatus status, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                return await status.ReadOrStartAsync(time.GetUtcNow(), stopping);
            }
            catch (Exception e)
            {
                if (!stopping.IsCancellationRequested)
                {
                    LogUnknown(function.Name, e);
                }
                await Task.Delay(RetryAfter, time, stopping).Quietly();
            }
        }
        return time.GetUtcNow();
    }

    async Task WriteAsync(LocalFunction function, TimerStatus status, DateTimeOffset last)
    {
        try
        {
            await status.WriteAsync(last, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotStored(function.Name, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The last run of {Timer} cannot be read. Reading is retried until it succeeds")]
    partial void LogUnknown(string timer, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The last run of {Timer} was not stored. The timer may run once more after a restart")]
    partial void LogNotStored(string timer, Exception exception);
}
