using System.Text.Json.Serialization;

namespace Planable.Company.Tokens;

/// <summary>What a token may do: <c>Write</c> reads too.</summary>
public enum Scope
{
    Read,
    Write,
}

/// <param name="Id">The key of its id.</param>
/// <param name="Creator">The key of the user who made it, and whose present rights are all that it ever has.</param>
/// <param name="Workspaces">The keys of the workspaces it opens; null means all there are.</param>
/// <param name="ExpiresAt">Null means never.</param>
/// <param name="Hash">SHA-256 of its text, in hex.</param>
public sealed record Token(
    string Id, string Company, string Creator, string Name, Scope Scope, string[]? Workspaces,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    string Hash)
{
    [JsonIgnore]
    public string PublicId => Storage.IdKind.Token.Format(Company, Id);

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;
}
