using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;

namespace Planable.Operate;

/// <summary>Looks after the queues.</summary>
public static class HealthFunctions
{
    [Function("WatchQueues")]
    public static Task WatchAsync([TimerTrigger("0 */15 * * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<QueueWatch>().RunAsync);
}
