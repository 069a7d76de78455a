using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Work;

/// <summary>What a write wants committed: its rows and the answer to give.</summary>
/// <param name="Before">What must be done elsewhere first; should the write never come to be, its follow-ups undo it.</param>
/// <param name="Meanwhile">What is done elsewhere beside it; its follow-ups undo it likewise, or do it where it was not done.</param>
sealed record Draft<T>(T Answer, IEnumerable<TableTransactionAction> Actions, Func<Task>? Before = null, Func<Task>? Meanwhile = null);

/// <summary>Something that must happen once a write has committed: <paramref name="Kind"/> names who does it, <paramref name="Subject"/> to what.</summary>
sealed record FollowUp(string Kind, string Subject);

/// <summary>What the queue message of a write names: the commit record, if the write came to be.</summary>
sealed record CommitJob(string Table, string Partition, string Record, DateTimeOffset Sent, FollowUp[] FollowUps);

/// <summary>
/// Commits a write: one transaction in one partition, with a record of itself in it (row <c>commit~</c>record). The record tells, after a lost
/// answer, whether we committed and what we answered; it makes a repeat with the same <c>Idempotency-Key</c> harmless; and the message sent
/// before the transaction names it, so that what must follow a write does, and what would follow a write that never came does not.
/// </summary>
sealed partial class Commits(QueueServiceClient queues, WriteGate gate, TimeProvider time, ILogger<Commits> log)
{
    public const string Prefix = "commit~";

    /// <summary>How long after its message a transaction may still be submitted.</summary>
    public static readonly TimeSpan SubmitWithin = TimeSpan.FromSeconds(30);

    static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(20), LongestPause = TimeSpan.FromSeconds(1), NeverExpires = TimeSpan.FromSeconds(-1);

    readonly QueueClient _queue = queues.GetQueueClient(Queues.FollowUps);

    /// <summary>
    /// Runs <paramref name="prepare"/>, which reads and decides, and commits what it drafts. When storage says that the ground has moved it is run
    /// again, so whatever it names (ids above all) must have been chosen before. A problem it returns is the outcome, unless the caller's key
    /// has been used by an earlier call that did commit.
    /// </summary>
    public async Task<Outcome<T>> CommitAsync<T>(
        TableClient table, string partition, WriteId write, JsonTypeInfo<T> answer, Func<Task<Outcome<Draft<T>>>> prepare,
        CancellationToken cancel, params FollowUp[] followUps)
    {
        using var pass = await gate.EnterAsync(partition, cancel);
        var sent = time.GetTimestamp();
        var message = followUps.Length == 0 ? Task.CompletedTask
            : SendAsync(new CommitJob(table.Name, partition, write.Record, time.GetUtcNow(), followUps), TimeSpan.FromSeconds(1), cancel);
        for (var attempt = 1; ; attempt++)
        {
            var (draft, problem) = await prepare();
            await message;
            if (problem is not null)
            {
                // It may be our own doing that it finds: by an earlier call with the key, or by an attempt whose answer we never had.
                return (write.IsRepeatable || attempt > 1) && await EarlierAsync(table, partition, write, answer, cancel) is { } known ? known : problem;
            }
            try
            {
                await (draft!.Before?.Invoke() ?? Task.CompletedTask);
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status412PreconditionFailed && time.GetElapsedTime(sent) < GiveUpAfter)
            {
                continue;
            }
            try
            {
                if (time.GetElapsedTime(sent) < SubmitWithin)
                {
                    await Task.WhenAll(
                        table.SubmitTransactionAsync(draft.Actions.Append(Record(partition, write, draft.Answer, answer, followUps)), cancel),
                        draft.Meanwhile?.Invoke() ?? Task.CompletedTask);
                    return draft.Answer;
                }
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status413PayloadTooLarge)
            {
                return Problems.Malformed("All of this is more than can be written at once. Send less text, or for fewer pages.");
            }
            catch (Exception e) when (MayHaveMoved(e, cancel))
            {
                LogUnsettled(e.GetType().Name, (e as RequestFailedException)?.Status, write.Record);
            }
            if (await EarlierAsync(table, partition, write, answer, cancel) is { } earlier)
            {
                return earlier;
            }
            if (time.GetElapsedTime(sent) >= GiveUpAfter)
            {
                return Problems.Busy();
            }
            var pause = TimeSpan.FromMilliseconds(10 * Math.Pow(2, Math.Min(attempt, 10)));
            await Task.Delay(Random.Shared.NextDouble() * (pause < LongestPause ? pause : LongestPause), time, cancel);
        }
    }

    /// <summary>What followed a write is done.</summary>
    public static async Task CloseAsync(TableClient table, string partition, string record, CancellationToken cancel)
    {
        try
        {
            await table.UpdateEntityAsync(new TableEntity(partition, Prefix + record) { ["Open"] = false }, ETag.All, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            // Its workspace was emptied meanwhile.
        }
    }

    public Task SendAsync(CommitJob job, TimeSpan delay, CancellationToken cancel) => _queue.SendMessageAsync(
        BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new Message<CommitJob>(job), StoredJson.Default.MessageCommitJob)),
        delay, NeverExpires, cancel);

    TableTransactionAction Record<T>(string partition, WriteId write, T answer, JsonTypeInfo<T> type, FollowUp[] followUps)
    {
        var record = new TableEntity(partition, Prefix + write.Record) { ["At"] = time.GetUtcNow(), ["Open"] = followUps.Length > 0 };
        if (write.Fingerprint is { } fingerprint)
        {
            record["Fingerprint"] = fingerprint;
        }
        return new(TableTransactionActionType.Add,
            record.With(answer, type, "answer").With(followUps, StoredJson.Default.FollowUpArray, "followUps"));
    }

    static async Task<Outcome<T>?> EarlierAsync<T>(
        TableClient table, string partition, WriteId write, JsonTypeInfo<T> answer, CancellationToken cancel)
    {
        if (await table.FindAsync(partition, Prefix + write.Record, cancel) is not { } record)
        {
            return null;
        }
        if (write.Fingerprint is { } fingerprint && !CryptographicOperations.FixedTimeEquals(fingerprint, record.GetBinary("Fingerprint")))
        {
            return Problems.KeyReused();
        }
        write.Replayed = true;
        return record.Read(answer, "answer");
    }

    /// <summary>A conflict, or no answer: what to do next is for the commit record to say.</summary>
    static bool MayHaveMoved(Exception e, CancellationToken cancel) => e switch
    {
        RequestFailedException failed => failed.Status is 0 or 404 or 408 or 409 or 412 or 429 or >= 500,
        OperationCanceledException => !cancel.IsCancellationRequested,
        // What the SDK throws once its own retries are used up.
        AggregateException => true,
        _ => false,
    };

    [LoggerMessage(LogLevel.Debug, "A transaction was not settled ({Error}, status {Status}); asking record {Record}.")]
    partial void LogUnsettled(string error, int? status, string record);
}
