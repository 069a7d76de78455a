using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Work;

/// <summary>What a write commits: its rows, and the answer for the caller.</summary>
/// <param name="Before">Work elsewhere that must be done first. If the write never commits, the handlers of its events undo it.</param>
/// <param name="Meanwhile">
/// Work elsewhere that is done at the same time. The handlers of the write's events do it if it was not done, or undo it if the write never
/// commits.
/// </param>
sealed record Commit<T>(T Answer, IEnumerable<TableTransactionAction> Actions, Func<Task>? Before = null, Func<Task>? Meanwhile = null);

/// <summary>The queue message of a write. It names the outbox record, which exists once the write has committed.</summary>
/// <param name="Record">The operation's name.</param>
sealed record OutboxMessage(string Table, string Partition, string Record, DateTimeOffset Sent, DomainEvent[] Events);

/// <summary>
/// Commits a write in one transaction of one partition, together with its outbox record (row <c>outbox~</c>operation). If the answer of
/// storage is lost, the record says whether the write committed and what it answered, so a repeat with the same <c>Idempotency-Key</c> is
/// harmless. The record lists the write's events. A message that names the record is sent before the transaction, so that no event of a
/// committed write is lost.
/// </summary>
/// <remarks>Source: learn.microsoft.com, "Transactional Outbox pattern"; for tables as in NServiceBus.Persistence.AzureTable.</remarks>
sealed partial class Outbox(JobQueue<OutboxMessage> messages, KeyedLock gate, TimeProvider time, ILogger<Outbox> log)
{
    public const string Prefix = "outbox~";

    /// <summary>How long after its message a transaction may still be submitted.</summary>
    public static readonly TimeSpan SubmitWithin = TimeSpan.FromSeconds(30);

    /// <summary>How long after its message a write may still be retried.</summary>
    static readonly TimeSpan RetryWithin = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Runs <paramref name="prepare"/>, which reads and decides, and commits the result. After a conflict it runs again, so all ids that it
    /// uses must be chosen before. If it returns a problem, that is the outcome, unless an earlier call with the same operation id has
    /// committed.
    /// </summary>
    public async Task<Outcome<T>> CommitAsync<T>(
        TableClient table, string partition, OperationId operation, JsonTypeInfo<T> answer, Func<Task<Outcome<Commit<T>>>> prepare,
        CancellationToken cancel, params DomainEvent[] events)
    {
        using var turn = await gate.EnterAsync(partition, cancel);
        var sent = time.GetTimestamp();
        var message = events.Length == 0 ? Task.CompletedTask : messages.SendAsync(
            new(table.Name, partition, operation.Name, time.GetUtcNow(), events), cancel: cancel);
        for (var attempt = 1; ; attempt++)
        {
            var (commit, problem) = await prepare();
            await message;
            if (problem is not null)
            {
                // The problem may be caused by this very operation: an earlier call with this key, or an attempt whose answer was lost.
                return (operation.IsRepeatable || attempt > 1)
                    && await EarlierAsync(table, partition, operation, answer, cancel) is { } known
                    ? known : problem;
            }
            try
            {
                await (commit!.Before?.Invoke() ?? Task.CompletedTask);
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e) && time.GetElapsedTime(sent) < RetryWithin)
            {
                await Backoff.Contention.WaitAsync(attempt, time, cancel);
                continue;
            }
            try
            {
                if (time.GetElapsedTime(sent) < SubmitWithin)
                {
                    await Task.WhenAll(
                        table.SubmitTransactionAsync(
                            commit.Actions.Append(Record(partition, operation, commit.Answer, answer, events)), cancel),
                        commit.Meanwhile?.Invoke() ?? Task.CompletedTask);
                    return commit.Answer;
                }
            }
            catch (RequestFailedException e) when (
                e.Status is StatusCodes.Status413PayloadTooLarge || e.ErrorCode == TableErrorCode.EntityTooLarge)
            {
                return Problems.Malformed("This is more than can be written at once. Send less text, or fewer pages.");
            }
            catch (Exception e) when (StorageOutcome.IsUnsettled(e) || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                LogUnsettled(e.GetType().Name, (e as RequestFailedException)?.Status, operation.Name);
            }
            if (await EarlierAsync(table, partition, operation, answer, cancel) is { } earlier)
            {
                return earlier;
            }
            if (time.GetElapsedTime(sent) >= RetryWithin)
            {
                return Problems.Busy();
            }
            await Backoff.Contention.WaitAsync(attempt, time, cancel);
        }
    }

    /// <summary>
    /// Sends the message of a transaction that another class submits, and returns the record for it. For work that is repeated as a whole
    /// until it is done, so that it needs no answer.
    /// </summary>
    public async Task<TableTransactionAction> AnnounceAsync(
        TableClient table, string partition, DomainEvent[] events, CancellationToken cancel)
    {
        var operation = OperationId.Once();
        await messages.SendAsync(new(table.Name, partition, operation.Name, time.GetUtcNow(), events), cancel: cancel);
        return Record(partition, operation, new(), ApiJson.Default.Done, events);
    }

    /// <summary>Marks a record as done, once its events are handled.</summary>
    public static async Task CompleteAsync(TableClient table, string partition, string record, CancellationToken cancel)
    {
        try
        {
            await table.UpdateEntityAsync(
                new TableEntity(partition, Prefix + record) { ["Open"] = false }, ETag.All, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
        {
            // Its workspace was deleted meanwhile.
        }
    }

    TableTransactionAction Record<T>(string partition, OperationId operation, T answer, JsonTypeInfo<T> type, DomainEvent[] events)
    {
        var record = new TableEntity(partition, Prefix + operation.Name) { ["At"] = time.GetUtcNow(), ["Open"] = events.Length > 0 };
        if (operation.Fingerprint is { } fingerprint)
        {
            record["Fingerprint"] = fingerprint;
        }
        return new(TableTransactionActionType.Add,
            record.With(answer, type, "answer").With(events, WorkStoredJson.Default.DomainEventArray, "events"));
    }

    static async Task<Outcome<T>?> EarlierAsync<T>(
        TableClient table, string partition, OperationId operation, JsonTypeInfo<T> answer, CancellationToken cancel)
    {
        if (await table.FindAsync(partition, Prefix + operation.Name, cancel) is not { } record)
        {
            return null;
        }
        if (operation.Fingerprint is { } fingerprint
            && !CryptographicOperations.FixedTimeEquals(fingerprint, record.GetBinary("Fingerprint")))
        {
            return Problems.KeyReused();
        }
        operation.Replayed = true;
        return record.Read(answer, "answer");
    }

    [LoggerMessage(
        LogLevel.Debug, "The outcome of a transaction is unknown ({Error}, status {Status}); reading the outbox record {Record}.")]
    partial void LogUnsettled(string error, int? status, string record);
}
