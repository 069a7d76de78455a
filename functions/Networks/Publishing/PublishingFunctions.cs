using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>Publishes due posts.</summary>
public static class PublishingFunctions
{
    [Function("PublishPost")]
    public static Task PublishAsync([QueueTrigger(Queues.PublishPosts)] string message, FunctionContext context) => context.RunQueueAsync(
        message, PublishingStoredJson.Default.MessagePublishJob, (job, _, cancel) => context.Get<PublishPost>().RunAsync(job, cancel));
}
