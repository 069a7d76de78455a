using System.Diagnostics;
using System.Text.Json;
using Planable.Storage;

namespace Planable.Hosting;

/// <summary>Runs a handler for whoever triggered it, the host or the runner; its failures go no further than its answer.</summary>
sealed partial class FunctionInvoker(
    IServiceProvider services, HostSettings settings, TimeProvider time, ILogger<FunctionInvoker> log)
{
    static readonly Func<ILogger, string, string, IDisposable?> Scope = LoggerMessage.DefineScope<string, string>("{Function} {RunId}");

    /// <param name="sent">When the message was sent, where that is known.</param>
    public Task<bool> RunQueueAsync(string function, Func<JsonElement> message, long dequeueCount, DateTimeOffset? sent, CancellationToken cancel)
    {
        if (sent is not null)
        {
            Telemetry.Handled(function, time.GetUtcNow() - sent.Value);
        }
        return RunAsync(function, ActivityKind.Consumer, token =>
        {
            var call = new QueueCall(message().GetProperty("job"), (int)dequeueCount, dequeueCount >= settings.MaxDequeueCount);
            return services.GetRequiredKeyedService<IQueueFunction>(function).RunAsync(call, token);
        }, cancel);
    }

    public Task<bool> RunTimerAsync(string function, CancellationToken cancel) =>
        RunAsync(function, ActivityKind.Internal, token => services.GetRequiredKeyedService<ITimerFunction>(function).RunAsync(token), cancel);

    async Task<bool> RunAsync(string function, ActivityKind kind, Func<CancellationToken, Task> run, CancellationToken cancel)
    {
        using var span = Telemetry.Span(function, kind);
        using var scope = Scope(log, function, "run_" + Ids.NewRecord());
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
            span?.SetStatus(ActivityStatusCode.Error);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Function} failed")]
    partial void LogFailed(string function, Exception exception);
}
