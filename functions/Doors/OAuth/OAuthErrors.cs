namespace Planable.Doors.OAuth;

/// <summary>The errors of OAuth.</summary>
/// <remarks>Sources: RFC 6749 (sections 4.1.2.1 and 5.2), RFC 7591 (3.2.2), RFC 8707 (2).</remarks>
static class OAuthErrors
{
    public const string InvalidRequest = "invalid_request", InvalidClient = "invalid_client", InvalidGrant = "invalid_grant",
        InvalidScope = "invalid_scope", InvalidTarget = "invalid_target", AccessDenied = "access_denied",
        UnsupportedGrantType = "unsupported_grant_type", UnsupportedResponseType = "unsupported_response_type",
        InvalidRedirectUri = "invalid_redirect_uri", InvalidClientMetadata = "invalid_client_metadata",
        TemporarilyUnavailable = "temporarily_unavailable";
}

/// <summary>Why a request is refused, as OAuth says it.</summary>
/// <param name="Description">For the developer of the app.</param>
sealed record OAuthRefusal(string Error, string Description);

/// <summary>The tokens of a grant, as the app gets them.</summary>
/// <param name="ExpiresIn">In seconds.</param>
sealed record IssuedTokens(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, string Scope);

/// <summary>Tokens, or why there are none.</summary>
readonly record struct TokenOutcome(IssuedTokens? Issued, OAuthRefusal? Refusal)
{
    public static implicit operator TokenOutcome(IssuedTokens issued) => new(issued, null);

    public static implicit operator TokenOutcome(OAuthRefusal refusal) => new(null, refusal);
}
