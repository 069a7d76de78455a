using Microsoft.Azure.Functions.Worker;
using Planable.Doors.OAuth;
using Planable.Networks.Connecting;
using Planable.Platform.Hosting;

namespace Planable.Operate;

/// <summary>Timers that check the queues and delete old records.</summary>
public static class OperateFunctions
{
    [Function("WatchQueues")]
    public static Task WatchAsync([TimerTrigger("0 */15 * * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<QueueWatch>().RunAsync);

    [Function("SweepOutbox")]
    public static Task SweepAsync([TimerTrigger("0 30 3 * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(async cancel =>
        {
            await context.Get<OutboxSweep>().RunAsync(cancel);
            await context.Get<PageSignIns>().SweepAsync(cancel);
            await context.Get<OAuthClients>().SweepAsync(cancel);
        });
}
