using System.Text.Json;

namespace Planable.Hosting;

/// <summary>What a queue trigger runs, registered under the function's name. Delivery is at least once.</summary>
interface IQueueFunction
{
    Task RunAsync(QueueCall call, CancellationToken cancel);
}

/// <param name="Job">What the message's <c>{"job":…}</c> holds.</param>
/// <param name="DequeueCount">1 on the first attempt.</param>
/// <param name="IsLastAttempt">Failing now sends the message to the poison queue.</param>
sealed record QueueCall(JsonElement Job, int DequeueCount, bool IsLastAttempt);
