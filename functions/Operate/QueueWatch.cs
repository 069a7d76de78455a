using Azure.Storage.Queues;
using Planable.Work;

namespace Planable.Operate;

/// <summary>
/// Says which queues need somebody: storage's own metrics know neither one queue from another nor how long a message waits.
/// infra/alerts.bicep looks for its lines, by the names of this class and of their methods.
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

    /// <summary>Only messages that could be handled now are seen. One that was sent to be seen later counts from its sending.</summary>
    async Task LookForWaitingAsync(string queue, CancellationToken cancel)
    {
        if ((await queues.GetQueueClient(queue).PeekMessageAsync(cancel)).Value?.InsertedOn is { } sent
            && time.GetUtcNow() - sent is var waited && waited > LongestWait)
        {
            LogLate(queue, waited);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Messages} messages in {Queue} failed again and again, and wait for somebody to look at them")]
    partial void LogPoison(string queue, int messages);

    [LoggerMessage(LogLevel.Warning, "A message in {Queue} has been waiting for {Waited}")]
    partial void LogLate(string queue, TimeSpan waited);
}
