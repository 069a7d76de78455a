namespace Planable.Doors.OAuth;

/// <summary>What a person granted to an app, as stored.</summary>
public sealed record Grant
{
    /// <summary>The row key's end.</summary>
    public required string Key { get; init; }

    /// <summary>The key of the company.</summary>
    public required string Company { get; init; }

    /// <summary>The key of the person. The app never has more rights than this person has now.</summary>
    public required string User { get; init; }

    /// <summary>The client's id.</summary>
    public required string Client { get; init; }

    /// <summary>The name that the app gives itself.</summary>
    public required string Name { get; init; }

    /// <summary>Where the code was sent.</summary>
    public required string Redirect { get; init; }

    /// <summary>SHA-256 of the verifier that the app must know to exchange the code (RFC 7636).</summary>
    public required string Challenge { get; init; }

    /// <summary>The URL that the tokens are for (RFC 8707).</summary>
    public required string Resource { get; init; }

    /// <summary>Of <see cref="Planable.Company.Tokens.AppScopes"/>.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>The keys of the workspaces that the app may access; null means all.</summary>
    public string[]? Workspaces { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often tokens were issued. 0 until the app exchanges its code.</summary>
    public int Generation { get; init; }

    /// <summary>When the current tokens were issued.</summary>
    public DateTimeOffset RenewedAt { get; init; }

    /// <summary>Set when the grant ends, before its tokens are removed.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    internal bool IsRedeemed => Generation > 0;
}

/// <summary>What a person chose on the consent page.</summary>
/// <param name="Workspaces">The keys of the workspaces; null means all.</param>
sealed record Consent(AuthorizationRequest Request, string[] Scopes, string[]? Workspaces);
