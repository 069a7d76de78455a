using System.Security.Cryptography;
using Azure.Data.Tables;
using Planable.Storage;

namespace Planable.Tokens;

/// <summary>What a token may do: <c>Write</c> reads too.</summary>
enum Scope
{
    Read,
    Write,
}

/// <param name="Workspaces">The keys of the workspaces it opens; null means all there are.</param>
/// <param name="ExpiresAt">Null means never.</param>
sealed record Token(string Id, string Company, string Creator, Scope Scope, string[]? Workspaces, DateTimeOffset? ExpiresAt);

/// <summary>
/// Tokens, by their hash. Table tokens: partition = the first 2 hex digits of the SHA-256, row = the first 32; the whole hash is a property and
/// is compared in fixed time.
/// </summary>
sealed class TokenStore(Tables tables, TimeProvider time)
{
    /// <summary>Makes a token and returns its text: the only time that it is seen.</summary>
    public async Task<string> IssueAsync(Token token, CancellationToken cancel)
    {
        var text = TokenText.New();
        var hash = TokenText.Hash(text);
        var (partition, row) = Keys(hash);
        await tables.Tokens.AddEntityAsync(new TableEntity(partition, row) { ["Hash"] = hash }.With(token, StoredJson.Default.Token), cancel);
        return text;
    }

    /// <summary>The token with this text, unless there is none or it has expired.</summary>
    public async Task<Token?> FindAsync(string text, CancellationToken cancel)
    {
        var hash = TokenText.Hash(text);
        var (partition, row) = Keys(hash);
        return await tables.Tokens.FindAsync(partition, row, cancel) is { } entity
            && CryptographicOperations.FixedTimeEquals(hash, entity.GetBinary("Hash"))
            && entity.Read(StoredJson.Default.Token) is var token
            && !(token.ExpiresAt <= time.GetUtcNow())
            ? token : null;
    }

    static (string Partition, string Row) Keys(byte[] hash)
    {
        var text = Convert.ToHexStringLower(hash);
        return (text[..2], text[..32]);
    }
}
