using Azure.Storage.Queues;

namespace Planable.Hosting;

/// <summary>Standalone, polls the queues as the host would.</summary>
sealed class QueueRunner(
    Triggers triggers, HostSettings settings, FunctionInvoker invoker,
    QueueServiceClient queues, SentMessages sent, TimeProvider time, ILogger<QueueListener> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(triggers.Queues.Select(trigger => Listener(trigger).RunAsync(stoppingToken)));

    QueueListener Listener(QueueTrigger trigger) =>
        new(trigger.Name, queues.GetQueueClient(trigger.QueueName), settings, invoker, sent, time, log);
}
