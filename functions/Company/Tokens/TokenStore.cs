using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Company.Tokens;

/// <summary>A token that was found, and its row.</summary>
sealed record KnownToken(Token Token, TableEntity Row);

/// <summary>
/// Tokens, by their hash. Table tokens: partition = the first 2 hex digits of the SHA-256, row = the first 32; the whole hash is in the
/// document and is compared in fixed time. <c>Active</c> tells those that may be used from those in the making; <c>UsedAt</c> is at most an
/// hour behind;
/// <c>read</c> and <c>write</c> count the calls of the last minute.
/// </summary>
sealed class TokenStore(Tables tables, TimeProvider time)
{
    static readonly TimeSpan UseIsFresh = TimeSpan.FromHours(1);
    const int MostRemembered = 10_000;

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

    /// <summary>Adds a token that does not work yet.</summary>
    public async Task AddAsync(Token token, CancellationToken cancel)
    {
        var row = Row(token.Hash).With(token, TokenStoredJson.Default.Token);
        row["Active"] = false;
        try
        {
            await tables.Tokens.AddEntityAsync(row, cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict)
        {
            // Ours: the SDK sent it again after an answer that was lost.
        }
    }

    /// <summary>Lets it work; fails with 412 where the row is no more what it was, and with 404 where it is gone.</summary>
    public Task ActivateAsync(TableEntity row, CancellationToken cancel) => tables.Tokens.UpdateEntityAsync(
        new TableEntity(row.PartitionKey, row.RowKey) { ["Active"] = true }, row.ETag, TableUpdateMode.Merge, cancel);

    /// <summary>From here on it opens nothing, on any instance.</summary>
    public Task DeleteAsync(string hash, CancellationToken cancel) => tables.Tokens.DeleteEntityAsync(Row(hash), ETag.All, cancel);

    /// <summary>Whether it falls to this call, of all that this instance answers at once, to note that the token was used.</summary>
    public bool TakesUse(KnownToken known)
    {
        var (now, hash) = (time.GetUtcNow(), known.Token.Hash);
        if (now - known.Row.GetDateTimeOffset("UsedAt") < UseIsFresh)
        {
            return false;
        }
        if (_noted.Count > MostRemembered)
        {
            _noted.Clear();
        }
        return _noted.TryGetValue(hash, out var noted)
            ? now - noted >= UseIsFresh && _noted.TryUpdate(hash, now, noted) : _noted.TryAdd(hash, now);
    }

    /// <summary>Notes that it was used: one write an hour, however many instances would make it.</summary>
    public async Task NoteUseAsync(KnownToken known)
    {
        var row = Row(known.Token.Hash);
        row["UsedAt"] = time.GetUtcNow();
        try
        {
            await tables.Tokens.UpdateEntityAsync(row, known.Row.ETag, TableUpdateMode.Merge);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound or StatusCodes.Status412PreconditionFailed)
        {
            // Revoked meanwhile, or the row was written: if not with a note, the next call makes it.
            _noted.TryRemove(known.Token.Hash, out _);
        }
    }

    /// <summary>Counts calls, unless the row is no more what it was (412) or is gone (404).</summary>
    /// <returns>What the row is from now on.</returns>
    public async Task<ETag> WriteAsync(string hash, string policy, byte[] window, ETag known)
    {
        var row = Row(hash);
        row[policy] = window;
        return (await tables.Tokens.UpdateEntityAsync(row, known, TableUpdateMode.Merge)).Headers.ETag!.Value;
    }

    static TableEntity Row(string hash) => new(hash[..2], hash[..32]);
}
