using Microsoft.Azure.Functions.Worker;
using Planable.Operate;
using Planable.Platform.Hosting;
using Planable.Storage;

namespace Planable.Work;

/// <summary>What follows a write, and what of it is forgotten in the end.</summary>
public static class CommitFunctions
{
    [Function("FollowUps")]
    public static Task FollowUpAsync([QueueTrigger(Queues.FollowUps)] string message, FunctionContext context) =>
        context.RunQueueAsync(message, StoredJson.Default.MessageCommitJob, context.Get<CommitFollowUps>().RunAsync);

    [Function("SweepCommits")]
    public static Task SweepAsync([TimerTrigger("0 30 3 * * *")] TimerInfo timer, FunctionContext context) =>
        context.RunTimerAsync(context.Get<CommitSweep>().RunAsync);
}
