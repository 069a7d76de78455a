using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>Plans syncs of metrics every hour, and runs each sync.</summary>
public static class MetricsFunctions
{
    [Function("PlanSyncs")]
    public static Task PlanAsync([TimerTrigger("0 2 * * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<PlanSyncs>().RunAsync);

    [Function("SyncMetrics")]
    public static Task SyncAsync([QueueTrigger(Queues.MetricSyncs)] string message, FunctionContext context) => context.RunQueueAsync(
        message, MetricsStoredJson.Default.MessageSyncJob, (job, _, cancel) => context.Get<SyncMetrics>().RunAsync(job, cancel));
}
