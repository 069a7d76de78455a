using System.Text.Json;
using Azure.Storage.Queues;
using Planable.Platform.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Publishing;

/// <summary>Posts to look at, a few at a time: those of one message are looked at together.</summary>
sealed record PublishJob(Pointer[] Looks);

/// <summary>The queue of posts to look at. A message that is lost loses nothing: the pointers it names are met again.</summary>
sealed class PublishQueue(QueueServiceClient queues, TimeProvider time)
{
    readonly QueueClient _queue = queues.GetQueueClient(Queues.PublishPosts);

    /// <param name="at">When to look, at once where that is past.</param>
    public async Task<bool> SendAsync(Pointer[] looks, DateTimeOffset at, CancellationToken cancel)
    {
        var wait = at - time.GetUtcNow();
        await _queue.SendMessageAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new Message<PublishJob>(new(looks)), StoredJson.Default.MessagePublishJob)),
            wait > TimeSpan.Zero ? wait : null, timeToLive: null, cancel);
        return true;
    }
}
