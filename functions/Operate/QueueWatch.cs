using Azure.Storage.Queues;
using Planable.Work;

namespace Planable.Operate;

/// <summary>
/// Logs which queues need attention: the metrics of Azure Storage are not per queue and do not show how long a message waits.
/// infra/alerts.bicep finds these log lines by the names of this class and of its log methods.
/// </summary>
sealed partial class QueueWatch(QueueServiceClient queues, TimeProvider time, ILogger<QueueWatch> log)
{
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    public Task RunAsync(CancellationToken cancel) => LookAsync(Queues.All, cancel);

    public Task LookAsync(IEnumerable<string> names, CancellationToken cancel) => Task.WhenAll(names.SelectMany(
        queue => new[] { LookForPoisonAsync(Queues.Poison(queue), cancel), LookForWaitingAsync(queue, cancel) }));

    async Task LookForPoisonAsync(string queue, CancellationToken cancel)
    {
        if ((await queues.GetQueueClient(queue).GetPropertiesAsync(cancel)).Value.ApproximateMessagesCount is > 0 and var messages)
        {
            LogPoison(queue, messages);
        }
    }

    /// <summary>
    /// Peeking shows only visible messages. The wait of a message that was sent with a delay counts from when it was
    /// sent.
    /// </summary>
    async Task LookForWaitingAsync(string queue, CancellationToken cancel)
    {
        if ((await queues.GetQueueClient(queue).PeekMessageAsync(cancel)).Value?.InsertedOn is { } sent
            && time.GetUtcNow() - sent is var waited && waited > LongestWait)
        {
            LogLate(queue, waited);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Messages} messages in {Queue} failed repeatedly and need an operator")]
    partial void LogPoison(string queue, int messages);

    [LoggerMessage(LogLevel.Warning, "A message in {Queue} has been waiting for {Waited}")]
    partial void LogLate(string queue, TimeSpan waited);
}
