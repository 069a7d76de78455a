using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Work;

static class OptimisticUpdate
{
    const int MostAttempts = 50;

    /// <summary>
    /// Writes what <paramref name="change"/> makes of a row's document, and begins again where somebody else wrote it meanwhile. Null
    /// leaves the row as it is.
    /// </summary>
    /// <param name="change">Gets the document, or null where there is no row. It must be idempotent.</param>
    /// <returns>Whether it was written.</returns>
    public static async Task<bool> ChangeAsync<T>(
        this TableClient table, string partition, string row, JsonTypeInfo<T> type,
        Func<T?, T?> change, CancellationToken cancel) where T : class
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
                await (known is null ? table.AddEntityAsync(next, cancel)
                    : table.UpdateEntityAsync(next, known.ETag, TableUpdateMode.Replace, cancel));
                return true;
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e) && attempt < MostAttempts)
            {
                await Backoff.Contention.WaitAsync(attempt, TimeProvider.System, cancel);
            }
        }
    }
}
