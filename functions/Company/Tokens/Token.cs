using System.Text.Json.Serialization;

namespace Planable.Company.Tokens;

/// <summary>What a token may do: <c>Write</c> includes reading.</summary>
public enum Scope
{
    Read,
    Write,
}

/// <param name="Id">The key part of the id.</param>
/// <param name="Creator">The key of the user who created it. The token never has more rights than this user has now.</param>
/// <param name="Workspaces">The keys of the workspaces that it may access; null means all.</param>
/// <param name="ExpiresAt">Null if it never expires.</param>
/// <param name="Hash">SHA-256 of the token's text, in hex.</param>
public sealed record Token(
    string Id, string Company, string Creator, string Name, Scope Scope, string[]? Workspaces,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    string Hash)
{
    [JsonIgnore]
    public string PublicId => Storage.IdKind.Token.Format(Company, Id);

    /// <summary>Whether it gives access to a workspace of its company.</summary>
    public bool Opens(string workspace) => Workspaces?.Contains(workspace) is not false;

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;
}
