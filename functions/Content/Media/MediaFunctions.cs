using Microsoft.Azure.Functions.Worker;
using Planable.Platform.Hosting;
using Planable.Work;

namespace Planable.Content.Media;

/// <summary>Imports files, and sweeps orphaned blobs.</summary>
public static class MediaFunctions
{
    [Function("IngestMedia")]
    public static Task IngestAsync([QueueTrigger(Queues.Media)] string message, FunctionContext context) => context.RunQueueAsync(
        message, MediaStoredJson.Default.MessageMediaJob, (job, _, cancel) => context.Get<IngestMedia>().RunAsync(job, cancel));

    [Function("SweepMedia")]
    public static Task SweepAsync([TimerTrigger("0 0 4 * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<MediaSweep>().RunAsync);
}
