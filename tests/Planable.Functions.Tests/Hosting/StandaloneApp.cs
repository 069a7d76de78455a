using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Planable.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>A folder as the app is published to: host.json and a function of the test's own.</summary>
sealed class ScriptRoot : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("planable-").FullName;

    /// <summary>No two tests share a function, a queue or a timer's status.</summary>
    public string Name { get; } = "T" + Guid.NewGuid().ToString("N");

    public string QueueName => Name.ToLowerInvariant();

    public ScriptRoot(string functionTimeout = "00:05:00") =>
        File.WriteAllText(System.IO.Path.Combine(Path, "host.json"), $$"""
            {
              "functionTimeout": "{{functionTimeout}}",
              "extensions": {
                "queues": {
                  "visibilityTimeout": "00:00:02", "maxDequeueCount": 2, "batchSize": 2, "newBatchThreshold": 1, "maxPollingInterval": "00:00:00.2"
                }
              }
            }
            """);

    public ScriptRoot WithQueue() => With($$"""{"type":"queueTrigger","direction":"in","name":"item","queueName":"{{QueueName}}"}""");

    public ScriptRoot WithTimer(string schedule) => With($$"""{"type":"timerTrigger","direction":"in","name":"timer","schedule":"{{schedule}}"}""");

    public void Register(IServiceCollection services, TestFunction function)
    {
        if (Triggers.Read(Path).Queues.Any())
        {
            services.AddKeyedSingleton<IQueueFunction>(Name, function);
        }
        else
        {
            services.AddKeyedSingleton<ITimerFunction>(Name, function);
        }
    }

    ScriptRoot With(string binding)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(Path, Name));
        File.WriteAllText(System.IO.Path.Combine(Path, Name, "function.json"), $$"""{"bindings":[{{binding}}]}""");
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>The runner as standalone wires it, over a <see cref="ScriptRoot"/>.</summary>
sealed class StandaloneApp(ScriptRoot root, string storage, TimeProvider? time = null, string messageLock = "00:10:00") : IAsyncDisposable
{
    IHost? _host;

    public QueueServiceClient Queues { get; } =
        new(storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }.PoisonUndecodable(NullLogger.Instance));

    public BlobServiceClient Blobs { get; } = new(storage);

    public QueueClient Queue => Queues.GetQueueClient(root.QueueName);

    public QueueClient Poison => Queues.GetQueueClient(PoisonQueue.NameOf(root.QueueName));

    public Task SendAsync(string text) => Queue.SendMessageAsync(text);

    public async Task StartAsync(TestFunction function)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Runner:MessageLock", messageLock)]);
        builder.Services.AddSingleton(Queues).AddSingleton(Blobs).AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddTriggers(builder.Configuration, root.Path);
        root.Register(builder.Services, function);
        _host = builder.Build();
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }

    public Task StopAsync() => _host!.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }
    }
}

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

static class Eventually
{
    /// <summary>Long enough for a busy machine; a test that passes does not wait for it.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Limit, $"Not within {Limit}: {what}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);
}
