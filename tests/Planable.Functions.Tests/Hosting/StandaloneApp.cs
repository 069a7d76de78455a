using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Planable.Platform.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The runner as standalone wires it, over a <see cref="ScriptRoot"/>.</summary>
sealed class StandaloneApp(ScriptRoot root, string storage, TimeProvider? time = null, string messageLock = "00:10:00") : IAsyncDisposable
{
    public const string StorageThatIsDown = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:1";

    IHost? _host;

    readonly Polls _polls = new();

    QueueServiceClient? _queues;

    public QueueServiceClient Queues => _queues ??= new(storage, QueueOptions(storage, _polls));

    public BlobServiceClient Blobs { get; } = new(storage, BlobOptions(storage));

    public QueueClient Queue => Queues.GetQueueClient(root.QueueName);

    public QueueClient Poison => Queues.GetQueueClient(Planable.Work.Queues.Poison(root.QueueName));

    public bool IsRunning =>
        _host!.Services.GetServices<IHostedService>().OfType<BackgroundService>().All(runner => runner.ExecuteTask is { IsFaulted: false })
        && !_host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<StandaloneApp> WithQueueAsync(ScriptRoot root, string storage, string messageLock = "00:10:00")
    {
        var app = new StandaloneApp(root, storage, messageLock: messageLock);
        await app.Queue.CreateAsync(cancellationToken: Cancel);
        return app;
    }

    public async Task StartAsync(TestFunction function)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Runner:MessageLock", messageLock)]);
        builder.Services.AddSingleton(Queues).AddSingleton(Blobs).AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<IFunctionExecutor>(function).AddSingleton(root.Functions);
        builder.Services.AddSingleton(HostJson.Read(root.HostJson)).AddSingleton(RunnerSettings.Read(root.HostJson, builder.Configuration));
        builder.Services.AddRunnerParts();
        _host = builder.Build();
        await _host.StartAsync(Cancel);
    }

    public Task StopAsync() => _host!.StopAsync(CancellationToken.None);

    public Task SendAsync(string text) => Queue.SendMessageAsync(text);

    /// <summary>The approximate count has the messages that are locked, too.</summary>
    public Task EmptyAsync() => Eventually.TrueAsync(
        async () => (await Queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount == 0, "the queue is empty");

    /// <summary>Until the queue has been looked into so often, whatever came of it.</summary>
    public Task PolledAsync(int times) => Eventually.TrueAsync(() => _polls.Ended >= times, $"the queue is polled {times} times");

    public async Task<string> PoisonedAsync()
    {
        string? text = null;
        await Eventually.TrueAsync(
            async () => await Poison.ExistsAsync(Cancel)
                && (text = (await Poison.ReceiveMessageAsync(cancellationToken: Cancel)).Value?.MessageText) is not null,
            "a message arrives in the poison queue");
        return text!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }
    }

    static QueueClientOptions QueueOptions(string storage, Polls polls)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        options.MessageDecodingFailed += PoisonQueue.Undecodable(NullLogger.Instance).Handler;
        options.Retry.MaxRetries = storage == StorageThatIsDown ? 0 : options.Retry.MaxRetries;
        options.AddPolicy(polls, Azure.Core.HttpPipelinePosition.PerCall);
        return options;
    }

    static BlobClientOptions BlobOptions(string storage)
    {
        var options = new BlobClientOptions();
        options.Retry.MaxRetries = storage == StorageThatIsDown ? 0 : options.Retry.MaxRetries;
        return options;
    }
}
