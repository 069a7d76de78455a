using Azure.Storage.Queues;

namespace Planable.Cli;

/// <summary>Polls the queues as the host would.</summary>
sealed class QueueRunner(
    LocalFunctions functions, RunnerSettings settings, FunctionCaller caller,
    QueueServiceClient queues, SentMessages sent, TimeProvider time, ILogger<QueueListener> log)
{
    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(functions.OfQueues.Select(function => Listener(function).RunAsync(stopping)));

    QueueListener Listener(LocalFunction function) =>
        new(function, queues.GetQueueClient(function.Source), settings, caller, sent, time, log);
}
