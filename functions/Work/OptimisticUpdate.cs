using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Work;

static class OptimisticUpdate
{
    const int MostAttempts = 50;

    /// <summary>
    /// Reads a row's document, applies <paramref name="change"/> and writes the result; starts again if another write came between. If
    /// <paramref name="change"/> returns null, the row is left as it is.
    /// </summary>
    /// <param name="change">Gets the document, or null if there is no row. It must be idempotent.</param>
    /// <param name="beside">What is written in the same transaction; asked for at each attempt.</param>
    /// <returns>Whether the row was written.</returns>
    public static async Task<bool> ChangeAsync<T>(
        this TableClient table, string partition, string row, JsonTypeInfo<T> type,
        Func<T?, T?> change, CancellationToken cancel, Func<Task<TableTransactionAction[]>>? beside = null) where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            var known = await table.FindAsync(partition, row, cancel);
            if (change(known?.Read(type)) is not { } changed)
            {
                return false;
            }
            var next = new TableEntity(partition, row).With(changed, type);
            try
            {
                await (beside is not null ? table.SubmitTransactionAsync(
                        [
                            known is null ? new(TableTransactionActionType.Add, next)
                                : new(TableTransactionActionType.UpdateReplace, next, known.ETag),
                            .. await beside(),
                        ], cancel)
                    : (Task)(known is null ? table.AddEntityAsync(next, cancel)
                        : table.UpdateEntityAsync(next, known.ETag, TableUpdateMode.Replace, cancel)));
                return true;
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e) && attempt < MostAttempts)
            {
                await Backoff.Contention.WaitAsync(attempt, TimeProvider.System, cancel);
            }
        }
    }
}
