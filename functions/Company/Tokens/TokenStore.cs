using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Company.Tokens;

/// <summary>A token and its row.</summary>
sealed record KnownToken(Token Token, TableEntity Row);

/// <summary>
/// Tokens, by their hash. Table tokens: partition = the first 2 hex digits of the SHA-256, row = the first 32. The document has the whole
/// hash, which is compared in constant time. <c>Active</c> is false until the token is completely created. <c>UsedAt</c> is at most an hour
/// old. <c>read</c> and <c>write</c> count the calls of the last minute.
/// </summary>
sealed class TokenStore(Tables tables, TimeProvider time)
{
    static readonly TimeSpan UseInterval = TimeSpan.FromHours(1);
    const int MostRemembered = 10_000;
    static readonly string[] Counted = ["read", "write", "UsedAt"];

    readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);

    /// <summary>The active token with this hash, unless it has expired.</summary>
    public async Task<KnownToken?> FindAsync(string hash, CancellationToken cancel) =>
        await RowAsync(hash, cancel) is { } row
            && row.GetBoolean("Active") is true
            && row.Read(TokenStoredJson.Default.Token) is var token
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(token.Hash))
            && !token.IsExpired(time.GetUtcNow())
            ? new(token, row) : null;

    /// <summary>The row of a token, active or not.</summary>
    public Task<TableEntity?> RowAsync(string hash, CancellationToken cancel) => tables.Tokens.FindAsync(hash[..2], hash[..32], cancel);

    /// <summary>Adds a token that is not active yet.</summary>
    public Task AddAsync(Token token, CancellationToken cancel) => AddAsync(token, isActive: false, null, cancel);

    /// <summary>Adds a token that works at once. The calls of the token that it replaces count for it too.</summary>
    /// <param name="replaced">The hash of that token; null if there is none.</param>
    public async Task AddActiveAsync(Token token, string? replaced, CancellationToken cancel) =>
        await AddAsync(token, isActive: true, replaced is null ? null : await RowAsync(replaced, cancel), cancel);

    async Task AddAsync(Token token, bool isActive, TableEntity? replaced, CancellationToken cancel)
    {
        var row = Row(token.Hash).With(token, TokenStoredJson.Default.Token);
        row["Active"] = isActive;
        foreach (var column in Counted)
        {
            if (replaced?.TryGetValue(column, out var value) is true)
            {
                row[column] = value;
            }
        }
        try
        {
            await tables.Tokens.AddEntityAsync(row, cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict)
        {
            // The row is our own: the SDK sent the request again after a lost answer.
        }
    }

    /// <summary>Activates a token. Fails with 412 if the row has changed, and with 404 if it is gone.</summary>
    public Task ActivateAsync(TableEntity row, CancellationToken cancel) => tables.Tokens.UpdateEntityAsync(
        new TableEntity(row.PartitionKey, row.RowKey) { ["Active"] = true }, row.ETag, TableUpdateMode.Merge, cancel);

    /// <summary>Deletes a token's row: from now on the token is refused on every instance.</summary>
    public Task DeleteAsync(string hash, CancellationToken cancel) => tables.Tokens.DeleteEntityAsync(Row(hash), ETag.All, cancel);

    /// <summary>Whether this call should record that the token was used; true for one call an hour on this instance.</summary>
    public bool ShouldRecordUse(KnownToken known)
    {
        var (now, hash) = (time.GetUtcNow(), known.Token.Hash);
        if (now - known.Row.GetDateTimeOffset("UsedAt") < UseInterval)
        {
            return false;
        }
        if (_noted.Count > MostRemembered)
        {
            _noted.Clear();
        }
        return _noted.TryGetValue(hash, out var noted)
            ? now - noted >= UseInterval && _noted.TryUpdate(hash, now, noted) : _noted.TryAdd(hash, now);
    }

    /// <summary>Records that the token was used: about one write an hour, because only one instance wins the ETag.</summary>
    public async Task RecordUseAsync(KnownToken known)
    {
        var row = Row(known.Token.Hash);
        row["UsedAt"] = time.GetUtcNow();
        try
        {
            await tables.Tokens.UpdateEntityAsync(row, known.Row.ETag, TableUpdateMode.Merge);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound or StatusCodes.Status412PreconditionFailed)
        {
            // The token was revoked, or its row was written meanwhile. If that write did not set UsedAt, the next call does.
            _noted.TryRemove(known.Token.Hash, out _);
        }
    }

    /// <summary>Stores the counted calls. Fails with 412 if the row has changed, and with 404 if it is gone.</summary>
    /// <returns>The new ETag of the row.</returns>
    public async Task<ETag> WriteAsync(string hash, string policy, byte[] window, ETag known)
    {
        var row = Row(hash);
        row[policy] = window;
        return (await tables.Tokens.UpdateEntityAsync(row, known, TableUpdateMode.Merge)).Headers.ETag!.Value;
    }

    static TableEntity Row(string hash) => new(hash[..2], hash[..32]);
}
