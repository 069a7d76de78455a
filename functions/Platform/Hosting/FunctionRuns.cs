using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Telemetry;

namespace Planable.Platform.Hosting;

/// <summary>One object a message: the host mixes a message's own top-level values with what it tells of the message.</summary>
sealed record Message<TJob>(TJob Job);

/// <summary>
/// A function has failed. Our log line says why; the host, which passes on what it is told,
/// gets no more than that line's name.
/// </summary>
sealed class FunctionFailure(string function, string run) : Exception($"{function} failed; the log lines of {run} say why.");

/// <summary>
/// What every run of a queue or timer function has: a span, a name in the log, a deadline,
/// and failures that tell no secret.
/// </summary>
static partial class FunctionRuns
{
    static readonly Func<ILogger, string, string, IDisposable?> Scope = LoggerMessage.DefineScope<string, string>("{Function} {RunId}");

    public static Task RunTimerAsync(this FunctionContext context, Func<CancellationToken, Task> run) =>
        RunAsync(context, ActivityKind.Internal, run);

    /// <param name="run">Takes the job, and whether failing now sends its message to the poison queue. Delivery is at least once.</param>
    public static Task RunQueueAsync<TJob>(
        this FunctionContext context, string message, JsonTypeInfo<Message<TJob>> type, Func<TJob, bool, CancellationToken, Task> run)
    {
        if (DateTimeOffset.TryParse(
            Told(context, "InsertionTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent))
        {
            AppTelemetry.Handled(context.FunctionDefinition.Name, context.Get<TimeProvider>().GetUtcNow() - sent);
        }
        var isLastAttempt = int.TryParse(Told(context, "DequeueCount"), CultureInfo.InvariantCulture, out var attempt)
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
        // Whatever the worker reads its messages under is no part of this.
        System.Diagnostics.Activity.Current = null;
        using var span = AppTelemetry.Span(name, kind);
        using var scope = Scope(log, name, id);
        // The host ends the whole process for one call past functionTimeout: a handler is told in time, and one that does not listen is
        // left behind.
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

    /// <summary>What the host tells of a message, which is JSON.</summary>
    static string? Told(FunctionContext context, string name) =>
        context.BindingContext.BindingData.TryGetValue(name, out var value) ? value?.ToString()?.Trim('"') : null;

    [LoggerMessage(LogLevel.Error, "{Function} failed")]
    static partial void LogFailed(ILogger log, string function, Exception exception);
}
