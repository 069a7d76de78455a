using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Planable.Storage;

/// <summary>The storage has another version than this program. The message says what to run.</summary>
sealed class OtherVersionException(string sentence) : Exception(sentence);

/// <summary>
/// The version of all stored names and shapes of tables, rows and queues. Table companies, partition <c>schema</c>, row <c>version</c>. The
/// row is written before the first company. Storage that has companies but no such row was written before versions existed: it has version
/// 0.
/// </summary>
sealed class StorageSchema(Tables tables)
{
    /// <summary>The version that this program works with. If you raise it, add the step to <c>planable storage upgrade</c>.</summary>
    public const int Version = 3;

    const string Partition = "schema", Row = "version", Property = "Version";

    /// <summary>The start of the row key of every company.</summary>
    const string Companies = "company";

    /// <summary>The storage's version; null if it has no company yet, because any version may then be written.</summary>
    public async Task<int?> FindAsync(CancellationToken cancel)
    {
        if (await ReadAsync(cancel) is { } version)
        {
            return version;
        }
        var isEmpty = await IsEmptyAsync(cancel);
        // The first company may have been created between the two reads; its version was written before it.
        return await ReadAsync(cancel) ?? (isEmpty ? null : 0);
    }

    /// <summary>Throws if the storage has another version.</summary>
    public async Task RequireAsync(CancellationToken cancel)
    {
        if (Refusal(await FindAsync(cancel)) is { } sentence)
        {
            throw new OtherVersionException(sentence);
        }
    }

    /// <summary>Writes this program's version into empty storage. Throws if the storage has another version.</summary>
    public async Task InitializeAsync(CancellationToken cancel)
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
                // Another process wrote it first.
            }
        }
    }

    /// <summary>Sets the storage's version, after an upgrade.</summary>
    public Task WriteAsync(int version, CancellationToken cancel) =>
        tables.Companies.UpsertEntityAsync(Entity(version), TableUpdateMode.Replace, cancel);

    /// <summary>Why this program refuses storage of this version; null if it accepts it.</summary>
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
            // The table does not exist yet.
            return true;
        }
    }
}
