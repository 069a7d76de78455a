using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Telemetry;

namespace Planable.Platform.Hosting;

/// <summary>
/// Wraps the job in one object, because the host mixes a message's top-level values with its own metadata of the message.
/// </summary>
sealed record Message<TJob>(TJob Job);

/// <summary>A function has failed. Our own log line has the reason. The host logs this exception, so it carries no details.</summary>
sealed class FunctionFailure(string function, string run) : Exception($"{function} failed; the log lines of {run} say why.");

/// <summary>Gives every run of a queue or timer function a span, a log scope, a deadline, and failures that reveal no secret.</summary>
static partial class FunctionRuns
{
    static readonly Func<ILogger, string, string, IDisposable?> Scope = LoggerMessage.DefineScope<string, string>("{Function} {RunId}");

    public static Task RunTimerAsync(this FunctionContext context, Func<CancellationToken, Task> run) =>
        RunAsync(context, ActivityKind.Internal, run);

    /// <param name="run">
    /// Gets the job, and whether this is the last attempt before the message goes to the poison queue. Delivery is at least once.
    /// </param>
    public static Task RunQueueAsync<TJob>(
        this FunctionContext context, string message, JsonTypeInfo<Message<TJob>> type, Func<TJob, bool, CancellationToken, Task> run)
    {
        if (DateTimeOffset.TryParse(
            Metadata(context, "InsertionTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent))
        {
            AppTelemetry.Handled(context.FunctionDefinition.Name, context.Get<TimeProvider>().GetUtcNow() - sent);
        }
        var isLastAttempt = int.TryParse(Metadata(context, "DequeueCount"), CultureInfo.InvariantCulture, out var attempt)
            && attempt >= context.Get<HostJson>().MaxDequeueCount;
        return RunAsync(context, ActivityKind.Consumer, cancel =>
            run(JsonSerializer.Deserialize(message, type) is { Job: { } job } ? job
                : throw new JsonException("The message has no job."), isLastAttempt, cancel));
    }

    public static T Get<T>(this FunctionContext context) where T : notnull => context.InstanceServices.GetRequiredService<T>();

    static async Task RunAsync(FunctionContext context, ActivityKind kind, Func<CancellationToken, Task> run)
    {
        var (name, id, timeout) = (context.FunctionDefinition.Name, "run_" + Base32.NewName(), context.Get<HostJson>().FunctionTimeout);
        var log = context.Get<ILoggerFactory>().CreateLogger(typeof(FunctionRuns).FullName!);
        var time = context.Get<TimeProvider>();
        // The activity in which the worker reads its messages is not the parent of this run.
        System.Diagnostics.Activity.Current = null;
        using var span = AppTelemetry.Span(name, kind);
        using var scope = Scope(log, name, id);
        // The host ends the whole process if a function runs past functionTimeout. So a handler is cancelled before that, and one that does
        // not react is left behind.
        using var deadline = new CancellationTokenSource(timeout * 0.9, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.CancellationToken);
        try
        {
            await Task.Run(() => BeginAsync(either.Token), CancellationToken.None).WaitAsync(timeout * 0.95, time, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(log, name, e);
            span?.SetStatus(ActivityStatusCode.Error);
            throw new FunctionFailure(name, id);
        }

        async Task BeginAsync(CancellationToken cancel)
        {
            await (context.InstanceServices.GetService<BeforeRun>()?.Invoke(cancel) ?? Task.CompletedTask);
            await run(cancel);
        }
    }

    /// <summary>A value that the host sends with a message, as JSON.</summary>
    static string? Metadata(FunctionContext context, string name) =>
        context.BindingContext.BindingData.TryGetValue(name, out var value) ? value?.ToString()?.Trim('"') : null;

    [LoggerMessage(LogLevel.Error, "{Function} failed")]
    static partial void LogFailed(ILogger log, string function, Exception exception);
}
