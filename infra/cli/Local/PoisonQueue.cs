using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Azure.Storage.Queues.Specialized;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>Moves messages that could not be handled to <c>&lt;queue&gt;-poison</c>, as the host does.</summary>
static partial class PoisonQueue
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    public static async Task MoveToPoisonAsync(this QueueClient queue, QueueMessage message)
    {
        var poison = queue.GetParentQueueServiceClient().GetQueueClient(Queues.Poison(queue.Name));
        await poison.CreateIfNotExistsAsync();
        await poison.SendMessageAsync(message.Body, timeToLive: Never);
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
    }

    /// <summary>
    /// Handles messages that are not base64, which would otherwise fail the whole received batch. They are encoded in the poison queue, so
    /// that the same client can read them there.
    /// </summary>
    public static UndecodableMessages Undecodable(ILogger log) => new(async failed =>
    {
        if (failed.ReceivedMessage is not { } message)
        {
            return;
        }
        try
        {
            await failed.Queue.MoveToPoisonAsync(message);
            LogUndecodable(log, failed.Queue.Name);
        }
        catch (Exception e)
        {
            // Throwing would also lose the readable messages of the batch. This one becomes visible again when its lock ends.
            LogNotMoved(log, failed.Queue.Name, e);
        }
    });

    [LoggerMessage(LogLevel.Error, "A message in {Queue} is not base64 and was moved to the poison queue")]
    static partial void LogUndecodable(ILogger log, string queue);

    [LoggerMessage(LogLevel.Error, "A message in {Queue} is not base64 and could not be moved to the poison queue")]
    static partial void LogNotMoved(ILogger log, string queue, Exception exception);
}
