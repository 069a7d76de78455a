using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Planable.Work;

namespace Planable.Cli;

/// <summary>
/// Moves the messages of version 0. Those of writes go from follow-ups to outbox. Messages in poison queues are retried, because the new
/// app refused messages while it waited for the upgrade. Messages about due posts are deleted: the due index has those posts too.
/// </summary>
sealed class OldQueues(QueueServiceClient queues, JobQueue<OutboxMessage> outbox, UpgradePace pace, TimeProvider time)
{
    const string FollowUps = "follow-ups";

    static readonly TimeSpan Never = TimeSpan.FromSeconds(-1), Pause = TimeSpan.FromSeconds(2);

    /// <param name="open">Messages for the records whose events are not handled; their own messages may be lost.</param>
    public async Task<IReadOnlyList<string>> RunAsync(IAsyncEnumerable<OutboxMessage> open, CancellationToken cancel)
    {
        await queues.GetQueueClient(Queues.Outbox).CreateIfNotExistsAsync(cancellationToken: cancel);
        var (moved, left) = await EmptyAsync(cancel);
        var retried = 0;
        foreach (var queue in new[] { Queues.Media, Queues.MetricSyncs, Queues.Outbox })
        {
            retried += await MoveAsync(Queues.Poison(queue), body => SendAsync(queue, body, cancel), cancel);
        }
        foreach (var queue in new[] { Queues.PublishPosts, Queues.Poison(Queues.PublishPosts) })
        {
            await IfThereAsync(async () => (await queues.GetQueueClient(queue).ClearMessagesAsync(cancel)).Status);
        }
        var sent = 0;
        await foreach (var message in open.WithCancellation(cancel))
        {
            await outbox.SendAsync(message, pace.Delay, cancel);
            sent++;
        }
        return
        [
            $"{moved} messages were moved from follow-ups to outbox, "
                + $"{retried} from poison queues back to their queues, and {sent} were sent again.",
            .. left == 0 ? [] : new[]
            {
                $"{left} messages in the queue follow-ups are not visible yet and were not moved. "
                    + "Run planable storage check --repair in 15 minutes.",
            },
        ];
    }

    /// <summary>Moves the messages of writes. Waits for those that are not visible yet, because a worker held them.</summary>
    async Task<(int Moved, int Left)> EmptyAsync(CancellationToken cancel)
    {
        var moved = await MoveAsync(Queues.Poison(FollowUps), TranslateAsync, cancel);
        for (var start = time.GetTimestamp(); ;)
        {
            moved += await MoveAsync(FollowUps, TranslateAsync, cancel);
            var left = await IfThereAsync(async () =>
                (await queues.GetQueueClient(FollowUps).GetPropertiesAsync(cancel)).Value.ApproximateMessagesCount);
            if (left == 0 || time.GetElapsedTime(start) > pace.LongestWait)
            {
                return (moved, left);
            }
            await Task.Delay(Pause, time, cancel);
        }

        Task TranslateAsync(BinaryData body) => Read(body) is { } job
            ? outbox.SendAsync(job.Message(), pace.Delay, cancel)
            // It will end in the poison queue, for an operator to check.
            : SendAsync(Queues.Outbox, body, cancel);
    }

    /// <summary>Moves the visible messages. A kill between the two steps duplicates a message, which is harmless.</summary>
    Task<int> MoveAsync(string from, Func<BinaryData, Task> send, CancellationToken cancel) => IfThereAsync(async () =>
    {
        var (queue, count) = (queues.GetQueueClient(from), 0);
        while ((await queue.ReceiveMessagesAsync(32, pace.Lock, cancel)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                await send(message.Body);
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancel);
                count++;
            }
        }
        return count;
    });

    async Task SendAsync(string queue, BinaryData body, CancellationToken cancel) =>
        await queues.GetQueueClient(queue).SendMessageAsync(body, pace.Delay, Never, cancel);

    static OldCommitJob? Read(BinaryData body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OldJson.Default.MessageOldCommitJob)?.Job is { FollowUps: not null } job ? job : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>0 if the queue does not exist.</summary>
    static async Task<int> IfThereAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            return 0;
        }
    }
}
