using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Planable.Storage;

/// <summary>Reads rows by key or by a range of row keys, and in no other way.</summary>
static class Rows
{
    /// <summary>Sorts after every character that an id can contain.</summary>
    const char Last = '~';

    public static async Task<TableEntity?> FindAsync(
        this TableClient table, string partition, string row, CancellationToken cancel = default)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancel);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>
    /// The rows whose key starts with <paramref name="prefix"/>, in order; only those after <paramref name="after"/>, if it is given.
    /// </summary>
    public static IAsyncEnumerable<TableEntity> RangeAsync(
        this TableClient table, string partition, string prefix, string? after = null, int? take = null, string[]? select = null,
        CancellationToken cancel = default)
    {
        var until = prefix + Last + Last;
        return QueryAsync(table, after is null ? From(partition, prefix, until)
            : TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after} and RowKey lt {until}"),
            take, select, cancel);
    }

    /// <summary>The rows from <paramref name="from"/> up to, but without, <paramref name="until"/>, in order.</summary>
    public static IAsyncEnumerable<TableEntity> BetweenAsync(
        this TableClient table, string partition, string from, string until, int? take = null,
        string[]? select = null, CancellationToken cancel = default) =>
        QueryAsync(table, From(partition, from, until), take, select, cancel);

    static string From(string partition, string from, string until) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {until}");

    static IAsyncEnumerable<TableEntity> QueryAsync(
        TableClient table, string filter, int? take, string[]? select, CancellationToken cancel) =>
        Take(table.QueryAsync<TableEntity>(filter, take is < 1000 ? take : null, select, cancel), take, cancel);

    /// <summary>One page of the rows whose key starts with <paramref name="prefix"/>. Of the skipped rows only the keys are read.</summary>
    public static async IAsyncEnumerable<TableEntity> NewestAsync(
        this TableClient table, string partition, string prefix, int offset, int take, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        if (offset > 0)
        {
            after = (await table.RangeAsync(partition, prefix, take: offset, select: ["RowKey"], cancel: cancel)
                .Select((row, index) => (row.RowKey, Index: index)).LastOrDefaultAsync(cancel)) is (var key, var index)
                    && index == offset - 1 ? key : null;
            if (after is null)
            {
                yield break;
            }
        }
        await foreach (var row in table.RangeAsync(partition, prefix, after, take, cancel: cancel))
        {
            yield return row;
        }
    }

    /// <summary>
    /// The rows of all partitions whose key starts with <paramref name="prefix"/>. This scans the table: for timers and operators only.
    /// </summary>
    public static IAsyncEnumerable<TableEntity> RangeEverywhereAsync(
        this TableClient table, string prefix, string[]? select, CancellationToken cancel) =>
        table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"RowKey ge {prefix}") + " and "
                + TableClient.CreateQueryFilter($"RowKey lt {prefix + Last + Last}"),
            select: select, cancellationToken: cancel);

    /// <summary>
    /// The rows of all partitions that sort before <paramref name="partition"/>, in order. Only for a table that keeps few old rows,
    /// because finished ones are deleted.
    /// </summary>
    public static IAsyncEnumerable<TableEntity> PartitionsBeforeAsync(
        this TableClient table, string partition, int take, string[]? select, CancellationToken cancel) =>
        Take(table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey lt {partition}"),
            take is < 1000 ? take : null, select, cancel), take, cancel);

    static async IAsyncEnumerable<TableEntity> Take(
        IAsyncEnumerable<TableEntity> rows, int? take, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Stop at the last row wanted: asking for one more could fetch a page that nobody needs.
        var left = take ?? int.MaxValue;
        if (left == 0)
        {
            yield break;
        }
        await foreach (var row in rows.WithCancellation(cancel))
        {
            yield return row;
            if (--left == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>Deletes all rows of the partitions whose key starts with <paramref name="prefix"/>.</summary>
    public static async Task DeletePartitionsAsync(this TableClient table, string prefix, CancellationToken cancel)
    {
        var rows = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey ge {prefix}") + " and "
                + TableClient.CreateQueryFilter($"PartitionKey lt {prefix + Last + Last}"),
            select: ["PartitionKey", "RowKey"], cancellationToken: cancel);
        List<TableEntity> batch = [];
        await foreach (var row in rows.WithCancellation(cancel))
        {
            if (batch.Count == 100 || (batch is [var first, ..] && first.PartitionKey != row.PartitionKey))
            {
                await table.DeleteAllAsync(batch, cancel);
                batch.Clear();
            }
            batch.Add(row);
        }
        if (batch.Count > 0)
        {
            await table.DeleteAllAsync(batch, cancel);
        }
    }

    /// <summary>Deletes the rows of one partition whose key starts with <paramref name="prefix"/>, a hundred at a time.</summary>
    public static async Task DeleteAllAsync(this TableClient table, string partition, string prefix, CancellationToken cancel)
    {
        await foreach (var batch in table.RangeAsync(
            partition, prefix, select: ["PartitionKey", "RowKey"], cancel: cancel).Chunk(100).WithCancellation(cancel))
        {
            await table.DeleteAllAsync(batch, cancel);
        }
    }

    /// <summary>Deletes up to a hundred rows of one partition. Rows that are already gone are skipped.</summary>
    public static async Task DeleteAllAsync(this TableClient table, IReadOnlyCollection<TableEntity> rows, CancellationToken cancel)
    {
        try
        {
            await table.SubmitTransactionAsync(
                rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), cancel);
        }
        catch (TableTransactionFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            foreach (var row in rows)
            {
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel);
            }
        }
    }
}
