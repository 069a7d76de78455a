using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;

namespace Planable.Work;

/// <summary>Handles the events of committed writes, and due entries.</summary>
public static class WorkFunctions
{
    [Function("DispatchOutbox")]
    public static Task DispatchAsync([QueueTrigger(Queues.Outbox)] string message, FunctionContext context) =>
        context.RunQueueAsync(message, WorkStoredJson.Default.MessageOutboxMessage, context.Get<OutboxDispatcher>().RunAsync);

    [Function("ProcessDue")]
    public static Task ProcessDueAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<ProcessDue>().RunAsync);
}
