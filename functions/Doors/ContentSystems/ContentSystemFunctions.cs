using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

/// <summary>Handles the calls of content systems.</summary>
public static class ContentSystemFunctions
{
    [Function("HandleContentDelivery")]
    public static Task HandleAsync([QueueTrigger(Queues.ContentDeliveries)] string message, FunctionContext context) =>
        context.RunQueueAsync(
            message, ContentSystemStoredJson.Default.MessageContentDeliveryJob, context.Get<HandleContentDelivery>().RunAsync);
}
