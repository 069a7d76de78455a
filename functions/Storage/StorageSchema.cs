using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Planable.Storage;

/// <summary>The storage has another version than this program, in a sentence that says what to run.</summary>
sealed class OtherVersionException(string sentence) : Exception(sentence);

/// <summary>
/// The version of all that is stored: names and shapes of tables, rows and queues. Table companies, partition <c>schema</c>, row
/// <c>version</c>. The row is written before the first company, so a storage that has companies and no such row is older than versions are:
/// it has version 0.
/// </summary>
sealed class StorageSchema(Tables tables)
{
    /// <summary>What this program works with. Whoever raises it teaches <c>planable storage upgrade</c> the way.</summary>
    public const int Version = 1;

    const string Partition = "schema", Row = "version", Property = "Version";

    /// <summary>What the key of every company's row begins with.</summary>
    const string Companies = "company";

    /// <summary>The storage's version; null where it has no company yet, and so any version.</summary>
    public async Task<int?> FindAsync(CancellationToken cancel)
    {
        if (await ReadAsync(cancel) is { } version)
        {
            return version;
        }
        var isEmpty = await IsEmptyAsync(cancel);
        // A first company may have come between the two reads, and its version before it.
        return await ReadAsync(cancel) ?? (isEmpty ? null : 0);
    }

    /// <summary>Throws where the storage has another version.</summary>
    public async Task RequireAsync(CancellationToken cancel)
    {
        if (Refusal(await FindAsync(cancel)) is { } sentence)
        {
            throw new OtherVersionException(sentence);
        }
    }

    /// <summary>Gives an empty storage this program's version. Throws where the storage has another.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        while (await FindAsync(cancel) is var found && found != Version)
        {
            if (Refusal(found) is { } sentence)
            {
                throw new OtherVersionException(sentence);
            }
            try
            {
                await tables.Companies.AddEntityAsync(Entity(Version), cancel);
            }
            catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict)
            {
                // Somebody else began it.
            }
        }
    }

    /// <summary>For an upgrade: the storage is of this version from now on.</summary>
    public Task WriteAsync(int version, CancellationToken cancel) =>
        tables.Companies.UpsertEntityAsync(Entity(version), TableUpdateMode.Replace, cancel);

    /// <summary>Why no work is done on a storage of this version; null where work is done.</summary>
    public static string? Refusal(int? version)
    {
        var advice = version < Version ? "Run: planable storage upgrade" : "Update planable and the app";
        return version is null or Version ? null
            : string.Create(CultureInfo.InvariantCulture, $"The storage has version {version}, and this program needs {Version}. {advice}");
    }

    static TableEntity Entity(int version) => new(Partition, Row) { [Property] = version };

    async Task<int?> ReadAsync(CancellationToken cancel) => (await tables.Companies.FindAsync(Partition, Row, cancel))?.GetInt32(Property);

    async Task<bool> IsEmptyAsync(CancellationToken cancel)
    {
        try
        {
            return !await tables.Companies.RangeEverywhereAsync(Companies, ["RowKey"], cancel).AnyAsync(cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            // Not even the table is there.
            return true;
        }
    }
}
