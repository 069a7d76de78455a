using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Doors.ContentSystems;

/// <summary>A post of an entry.</summary>
/// <param name="Page">The key of its page.</param>
/// <param name="Key">The key of the post.</param>
/// <param name="Revision">The post's revision after our last change: with another, somebody has worked on it.</param>
sealed record EntryPost(string Page, string Key, int Revision);

/// <summary>What a connection knows of an entry.</summary>
/// <param name="Revision">The entry's revision that the posts show, or that was noted on them.</param>
/// <param name="Image">The address of the picture that the posts show.</param>
/// <param name="IsWithdrawn">Whether the entry is unpublished now.</param>
sealed record EntryRecord(string Entry, string Revision, string? Image, bool IsWithdrawn, EntryPost[] Posts)
{
    /// <summary>Whether a revision is older than that of this record: calls may arrive late and out of order.</summary>
    public bool IsNewerThan(string revision) =>
        long.TryParse(Revision, NumberStyles.None, CultureInfo.InvariantCulture, out var known)
        && long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given < known
        : Date(Revision) is { } knownDate && Date(revision) is { } givenDate && givenDate < knownDate;

    static DateTimeOffset? Date(string text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}

/// <summary>
/// Entries that have posts. Table content, partition = workspace: rows <c>cms-entry~</c>connection<c>~</c>hash of the entry's id.
/// </summary>
sealed class EntryStore(Tables tables)
{
    public static string PrefixOf(Id connection) => $"cms-entry~{connection.Key}~";

    public async Task<Stored<EntryRecord>?> FindAsync(Id connection, string entry, CancellationToken cancel) =>
        (await tables.Content.FindAsync(connection.Partition, RowKey(connection, entry), cancel))
            ?.ReadStored(ContentSystemStoredJson.Default.EntryRecord);

    /// <summary>Writes a record if it is as it was read.</summary>
    /// <exception cref="Azure.RequestFailedException">It has changed.</exception>
    public Task WriteAsync(Id connection, Stored<EntryRecord>? read, EntryRecord record, CancellationToken cancel)
    {
        var row = new TableEntity(connection.Partition, RowKey(connection, record.Entry))
            .With(record, ContentSystemStoredJson.Default.EntryRecord);
        return read is null ? tables.Content.AddEntityAsync(row, cancel)
            : tables.Content.UpdateEntityAsync(row, read.ETag, TableUpdateMode.Replace, cancel);
    }

    static string RowKey(Id connection, string entry) =>
        PrefixOf(connection) + Base32.Derive(SHA256.HashData(Encoding.UTF8.GetBytes(entry)), Base32.NameLength);
}
