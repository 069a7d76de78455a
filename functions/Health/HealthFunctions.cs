using Microsoft.Azure.Functions.Worker;
using Planable.Hosting;

namespace Planable.Health;

/// <summary>Looks after the queues.</summary>
public static class HealthFunctions
{
    [Function("WatchQueues")]
    public static Task WatchAsync([TimerTrigger("0 */15 * * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<QueueWatch>().RunAsync);
}
