using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>Posts whose time has come.</summary>
public static class PublishingFunctions
{
    [Function("PublishDuePosts")]
    public static Task PublishDueAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<PublishDuePosts>().RunAsync);

    [Function("PublishPost")]
    public static Task PublishAsync([QueueTrigger(Queues.PublishPosts)] string message, FunctionContext context) => context.RunQueueAsync(
        message, StoredJson.Default.MessagePublishJob, (job, _, cancel) => context.Get<PublishPost>().RunAsync(job, cancel));
}
