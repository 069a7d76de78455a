using System.Text.Json;
using Azure.Storage.Queues;
using Planable.Storage;

namespace Planable.Publishing;

/// <summary>Posts to look at, a few at a time: those of one message are looked at together.</summary>
sealed record PublishJob(Pointer[] Looks);

sealed record PublishMessage(PublishJob Job);

/// <summary>The queue of posts to look at. A message that is lost loses nothing: the pointers it names are met again.</summary>
sealed class PublishQueue(QueueServiceClient queues, TimeProvider time)
{
    public const string Name = "publish-posts";

    readonly QueueClient _queue = queues.GetQueueClient(Name);

    /// <param name="at">When to look, at once where that is past.</param>
    public async Task<bool> SendAsync(Pointer[] looks, DateTimeOffset at, CancellationToken cancel)
    {
        var wait = at - time.GetUtcNow();
        await _queue.SendMessageAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new PublishMessage(new(looks)), StoredJson.Default.PublishMessage)),
            wait > TimeSpan.Zero ? wait : null, timeToLive: null, cancel);
        return true;
    }
}
