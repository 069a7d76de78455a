using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Azure.Storage.Queues.Specialized;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>Where messages go that could not be handled: <c>&lt;queue&gt;-poison</c>, as the host names it.</summary>
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
    /// Messages that are not base64 fail the receiving of the whole batch unless the client's options say what to do with them.
    /// They arrive in the poison queue encoded, so that the same client can read them there.
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
            // Throwing would take the readable messages of the batch with it; this one comes back when its lock ends.
            LogNotMoved(log, failed.Queue.Name, e);
        }
    });

    [LoggerMessage(LogLevel.Error, "A message in {Queue} is not base64 and went to the poison queue")]
    static partial void LogUndecodable(ILogger log, string queue);

    [LoggerMessage(LogLevel.Error, "A message in {Queue} is not base64 and could not go to the poison queue")]
    static partial void LogNotMoved(ILogger log, string queue, Exception exception);
}
