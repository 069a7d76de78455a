using System.Text.Json;

namespace Planable.Hosting;

/// <summary>Runs a handler for whoever triggered it, the host or the runner; its failures go no further than its answer.</summary>
sealed partial class FunctionInvoker(
    IServiceProvider services, HostSettings settings, TimeProvider time, ILogger<FunctionInvoker> log)
{
    public Task<bool> RunQueueAsync(string function, Func<JsonElement> message, long dequeueCount, CancellationToken cancel) =>
        RunAsync(function, token =>
        {
            var call = new QueueCall(message().GetProperty("job"), (int)dequeueCount, dequeueCount >= settings.MaxDequeueCount);
            return services.GetRequiredKeyedService<IQueueFunction>(function).RunAsync(call, token);
        }, cancel);

    public Task<bool> RunTimerAsync(string function, CancellationToken cancel) =>
        RunAsync(function, token => services.GetRequiredKeyedService<ITimerFunction>(function).RunAsync(token), cancel);

    async Task<bool> RunAsync(string function, Func<CancellationToken, Task> run, CancellationToken cancel)
    {
        // The host kills the whole process for one call past functionTimeout: a handler is told in time,
        // and one that does not listen is left behind.
        using var deadline = new CancellationTokenSource(settings.FunctionTimeout * 0.9, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            await Task.Run(() => run(either.Token), CancellationToken.None)
                .WaitAsync(settings.FunctionTimeout * 0.95, time, CancellationToken.None);
            return true;
        }
        catch (Exception e)
        {
            LogFailed(function, e);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Function} failed")]
    partial void LogFailed(string function, Exception exception);
}
