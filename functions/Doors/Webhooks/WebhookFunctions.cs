using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>Sends events to webhooks.</summary>
public static class WebhookFunctions
{
    [Function("DeliverEvents")]
    public static Task DeliverAsync([QueueTrigger(Queues.WebhookDeliveries)] string message, FunctionContext context) =>
        context.RunQueueAsync(
            message, WebhookStoredJson.Default.MessageDeliveryJob, (job, _, cancel) => context.Get<DeliverEvents>().RunAsync(job, cancel));
}
