using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Work;

/// <summary>Runs the handlers of an outbox record's events. If the write never committed, has them undo what was prepared for it.</summary>
sealed class OutboxDispatcher(
    Tables tables, JobQueue<OutboxMessage> messages, IServiceProvider services, OutboxSettings settings, TimeProvider time)
{
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>How much later than its message a transaction usually commits, and some more.</summary>
    static readonly TimeSpan CommitTime = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(OutboxMessage message, bool isLastAttempt, CancellationToken cancel)
    {
        var table = tables.Named(message.Table);
        var record = await table.FindAsync(message.Partition, Outbox.Prefix + message.Record, cancel);
        if (record is null && time.GetUtcNow() - message.Sent < CommitTime)
        {
            await Task.Delay(CommitTime, TimeProvider.System, cancel);
            record = await table.FindAsync(message.Partition, Outbox.Prefix + message.Record, cancel);
        }
        var age = time.GetUtcNow() - message.Sent;
        // Of two writes with the same id only one commits. What was prepared for the other is undone.
        var compensated = record is null ? message.Events
            : [.. message.Events.Except(record.Read(WorkStoredJson.Default.DomainEventArray, "events"))];
        if (record is not null && compensated.Length == 0)
        {
            await HandleAsync(table, record, message, isLastAttempt, cancel);
        }
        else if (age < settings.GiveUpAfter)
        {
            await messages.SendAsync(message, age < LongestWait ? age + TimeSpan.FromSeconds(1) : LongestWait, cancel);
        }
        else if (await EachAsync(compensated, (handler, planned) => handler.CompensateAsync(planned, cancel)) is { } again)
        {
            await messages.SendAsync(message, again, cancel);
        }
    }

    async Task HandleAsync(TableClient table, TableEntity record, OutboxMessage message, bool isLastAttempt, CancellationToken cancel)
    {
        if (record.GetBoolean("Open") is not true)
        {
            return;
        }
        var at = record.GetDateTimeOffset("At")!.Value;
        var again = await EachAsync(record.Read(WorkStoredJson.Default.DomainEventArray, "events"), async (handler, happened) =>
        {
            if (isLastAttempt)
            {
                await handler.LastAttemptAsync(happened, cancel);
            }
            return await handler.HandleAsync(happened, at, cancel);
        });
        await (again is { } delay ? messages.SendAsync(message, delay, cancel)
            : Outbox.CompleteAsync(table, message.Partition, message.Record, cancel));
    }

    /// <summary>Runs every handler of each event, one after another. Returns the shortest wait that a handler asks for.</summary>
    async Task<TimeSpan?> EachAsync(DomainEvent[] events, Func<IEventHandler, DomainEvent, Task<TimeSpan?>> run)
    {
        TimeSpan? shortest = null;
        foreach (var one in events)
        {
            foreach (var handler in services.GetKeyedServices<IEventHandler>(one.Name))
            {
                var wait = await run(handler, one);
                shortest = shortest < wait ? shortest : wait ?? shortest;
            }
        }
        return shortest;
    }
}
