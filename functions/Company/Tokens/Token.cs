using System.Text.Json.Serialization;
using Planable.Company.Companies;

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
    /// <summary>What an app was granted, if this is its access token; null for an API token.</summary>
    public AppAccess? App { get; init; }

    [JsonIgnore]
    public string PublicId => Storage.IdKind.Token.Format(Company, Id);

    /// <summary>Whether it gives access to a workspace of its company.</summary>
    public bool Opens(string workspace) => Workspaces?.Contains(workspace) is not false;

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>Whether it has one of the <see cref="AppScopes"/>.</summary>
    public bool Has(string scope) => App is null
        ? Scope is Scope.Write || scope == AppScopes.Read
        : App.Scopes.Contains(scope) || App.Scopes.Contains(AppScopes.Write) || scope == AppScopes.Read;

    /// <summary>Whether it may use a permission of the user who created it.</summary>
    public bool Lends(Permission permission) => App is null || AppScopes.Of(permission) is not { } scope || Has(scope);
}

/// <summary>What a person granted to an app.</summary>
/// <param name="Grant">The key of the grant.</param>
/// <param name="Resource">The URL that the token is for. It is refused everywhere else.</param>
/// <param name="Scopes">Of <see cref="AppScopes"/>. Every grant includes reading.</param>
public sealed record AppAccess(string Grant, string Resource, string[] Scopes);

/// <summary>What a call is for, if it is not the API: a token of an app must have been granted for it.</summary>
/// <param name="Resource">The URL.</param>
sealed record Audience(string Resource)
{
    /// <summary>The path of the door for assistants.</summary>
    public const string AssistantsPath = "/mcp";

    /// <summary>Whether the caller may only make drafts there: nothing that changes what is published, or when.</summary>
    public bool IsDraftsOnly { get; init; }
}

/// <summary>The scopes that an app can ask for. Each narrows what the person who grants it may do; none adds to it.</summary>
static class AppScopes
{
    /// <summary><c>write</c> includes all others.</summary>
    public const string Read = "read", Edit = "edit", Approve = "approve", Publish = "publish", Analyze = "analyze", Engage = "engage",
        Write = "write";

    /// <summary>All scopes, and what each allows in words.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Read] = "See workspaces, pages, posts, media, comments, people and metrics",
        [Edit] = "Create and change posts, labels and media",
        [Approve] = "Approve and reject posts",
        [Publish] = "Schedule posts",
        [Analyze] = "Fetch new metrics from the networks",
        [Engage] = "Write comments",
        [Write] = "All of the above",
    };

    /// <summary>The scopes that a person chooses one by one.</summary>
    public static IEnumerable<string> Single => All.Keys.Where(scope => scope is not (Read or Write));

    /// <summary>The scope that a permission needs; null for none.</summary>
    public static string? Of(Permission permission) => permission switch
    {
        Permission.WRITE => Edit,
        Permission.APPROVE => Approve,
        Permission.PUBLISH => Publish,
        Permission.MANAGE => Write,
        _ => null,
    };
}
