using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Invocation;
using Planable.Platform.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>A message's job as it came, which attempt it is, and whether it is the last.</summary>
sealed record TestCall(JsonElement Job, int DequeueCount, bool IsLastAttempt);

/// <summary>Stands in for all functions: notes every run, then does what the test says.</summary>
sealed class TestFunction(Func<int, CancellationToken, Task> run) : IFunctionExecutor
{
    static readonly JsonTypeInfo<Message<JsonElement?>> Type =
        (JsonTypeInfo<Message<JsonElement?>>)JsonSerializerOptions.Web.GetTypeInfo(typeof(Message<JsonElement?>));

    readonly ConcurrentQueue<(TestCall? Call, DateTimeOffset At)> _runs = [];

    public IReadOnlyList<(TestCall? Call, DateTimeOffset At)> Runs => [.. _runs];

    public TestFunction() : this((_, _) => Task.CompletedTask) { }

    public static TestFunction Failing() => new((_, _) => throw new InvalidOperationException("as the test wants it"));

    public async ValueTask ExecuteAsync(FunctionContext context)
    {
        var arguments = (await context.Features.Get<IFunctionInputBindingFeature>()!.BindFunctionInputAsync(context)).Values;
        if (arguments[0] is not string message)
        {
            await context.RunTimerAsync(cancel => NoteAsync(null, cancel));
            return;
        }
        var attempt = int.Parse((string)context.BindingContext.BindingData["DequeueCount"]!, CultureInfo.InvariantCulture);
        await context.RunQueueAsync(message, Type, (job, isLast, cancel) => NoteAsync(new(job!.Value, attempt, isLast), cancel));
    }

    Task NoteAsync(TestCall? call, CancellationToken cancel)
    {
        _runs.Enqueue((call, TimeProvider.System.GetUtcNow()));
        return run(_runs.Count, cancel);
    }
}
