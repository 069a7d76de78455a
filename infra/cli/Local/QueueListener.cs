using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Planable.Platform.Hosting;

namespace Planable.Cli;

/// <summary>Handles one queue by the host's rules: batches, threshold, backoff, lock renewal, poison queue.</summary>
sealed partial class QueueListener(
    LocalFunction function, QueueClient queue, RunnerSettings settings, FunctionCaller caller, SentMessages sent, TimeProvider time,
    ILogger<QueueListener> log)
{
    readonly PollingBackoff _backoff = new(settings.MaxPollingInterval);
    bool _unreachable;

    public async Task RunAsync(CancellationToken stopping)
    {
        using var grace = new StopGrace(stopping);
        var running = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            running.RemoveAll(task => task.IsCompleted);
            if (running.Count > settings.NewBatchThreshold)
            {
                await Task.WhenAny(running).WaitAsync(stopping).Quietly();
                continue;
            }
            var messages = await ReceiveAsync();
            running.AddRange(messages.Select(message => ProcessAsync(message, grace.Token)));
            if (messages.Length > 0)
            {
                _backoff.Reset();
                continue;
            }
            await sent.WaitAsync(queue.Name, _backoff.Next(), stopping).Quietly();
        }
        await Task.WhenAll(running);
    }

    // Not cancelled on shutdown: messages that a cancelled request had already received would stay locked.
    async Task<QueueMessage[]> ReceiveAsync()
    {
        try
        {
            var messages = await queue.ReceiveMessagesAsync(settings.BatchSize, settings.MessageLock, CancellationToken.None);
            _unreachable = false;
            return messages.Value;
        }
        catch (Exception e)
        {
            if (!_unreachable)
            {
                LogUnreachable(queue.Name, e);
            }
            _unreachable = true;
            return [];
        }
    }

    async Task ProcessAsync(QueueMessage message, CancellationToken cancel)
    {
        try
        {
            // The process died during the last attempt.
            if (message.DequeueCount > settings.MaxDequeueCount)
            {
                await PoisonAsync(message);
                return;
            }
            using var done = new CancellationTokenSource();
            var renewing = RenewAsync(message, done.Token);
            var succeeded = await caller.RunQueueAsync(function, message, cancel);
            await done.CancelAsync();
            await SettleAsync(await renewing, succeeded);
        }
        catch (Exception e)
        {
            LogUnsettled(queue.Name, e);
        }
    }

    async Task<QueueMessage> RenewAsync(QueueMessage message, CancellationToken done)
    {
        while (true)
        {
            // A third of the lock, so that one failed renewal does not lose the message.
            await Task.Delay(settings.MessageLock / 3, time, done).Quietly();
            if (done.IsCancellationRequested)
            {
                return message;
            }
            try
            {
                // Not cancelled when the handler ends: the answer contains the pop receipt that settles the message.
                var renewed = await queue.UpdateMessageAsync(
                    message.MessageId, message.PopReceipt, visibilityTimeout: settings.MessageLock,
                    cancellationToken: CancellationToken.None);
                message = message.Update(renewed);
            }
            catch (Exception e)
            {
                LogNotRenewed(queue.Name, e);
            }
        }
    }

    Task SettleAsync(QueueMessage message, bool succeeded) => (succeeded, message.DequeueCount >= settings.MaxDequeueCount) switch
    {
        (true, _) => queue.DeleteMessageAsync(message.MessageId, message.PopReceipt),
        (false, true) => PoisonAsync(message),
        _ => queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: settings.VisibilityTimeout),
    };

    async Task PoisonAsync(QueueMessage message)
    {
        await queue.MoveToPoisonAsync(message);
        LogPoisoned(queue.Name, message.DequeueCount);
    }

    [LoggerMessage(LogLevel.Warning, "Queue {Queue} cannot be read. Reading is retried until it succeeds")]
    partial void LogUnreachable(string queue, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The lock of a message in {Queue} was not renewed")]
    partial void LogNotRenewed(string queue, Exception exception);

    [LoggerMessage(LogLevel.Warning, "A message in {Queue} was not settled. It becomes visible again when its lock ends")]
    partial void LogUnsettled(string queue, Exception exception);

    [LoggerMessage(LogLevel.Error, "A message in {Queue} was moved to the poison queue after {Attempts} attempts")]
    partial void LogPoisoned(string queue, long attempts);
}
