using System.Text;
using Planable.Company.Tokens;

namespace Planable.Doors.OAuth;

/// <summary>An app's request for access, as it comes with the browser.</summary>
/// <param name="Redirect">Where the answer goes: one of the client's addresses.</param>
/// <param name="Challenge">Of PKCE, with S256.</param>
/// <param name="Resource">The URL that the tokens are for.</param>
/// <param name="Scopes">Of <see cref="AppScopes"/>, with reading.</param>
/// <param name="State">Goes back to the app as it is.</param>
/// <param name="Issuer">Goes back to the app, so that it knows who answered (RFC 9207).</param>
sealed record AuthorizationRequest(
    OAuthClient Client, string Redirect, string Challenge, string Resource, string[] Scopes, string? State, string Issuer)
{
    /// <summary>Asks for refresh tokens, which every app gets.</summary>
    public const string OfflineAccess = "offline_access";

    /// <summary>The paths of what tokens can be for.</summary>
    static readonly string[] Resources = [Audience.AssistantsPath];

    const int LongestState = 2_000, ChallengeLength = 43;

    static readonly string[] Parameters =
        ["response_type", "client_id", "redirect_uri", "code_challenge", "code_challenge_method", "resource", "scope", "state"];

    /// <summary>The answer to a person who consented.</summary>
    public string Granted(string code) => Answer(Redirect, Issuer, State, ("code", code));

    /// <summary>The answer to a person who did not consent.</summary>
    public string Denied() => Answer(
        Redirect, Issuer, State, ("error", OAuthErrors.AccessDenied), ("error_description", "The person did not consent."));

    /// <summary>Reads a request. Nothing goes to an address that is not known to be the client's.</summary>
    public static async Task<(AuthorizationRequest? Request, RefusedRequest? Refusal)> ReadAsync(
        IQueryCollection query, string issuer, OAuthClients clients, CancellationToken cancel)
    {
        var repeated = Array.Find(Parameters, name => query[name].Count > 1);
        var (client, fault) = repeated is not null ? (null, $"{repeated} was sent more than once.")
            : await clients.FindAsync(One("client_id") ?? "", cancel);
        if (client is null)
        {
            return (null, new(fault!));
        }
        if (One("redirect_uri") is not { } redirect || !client.Allows(redirect))
        {
            return (null, new("redirect_uri is not one of the app's addresses."));
        }
        var state = One("state");
        if (state?.Length > LongestState)
        {
            return (null, new($"state is longer than {LongestState} characters."));
        }
        var asked = One("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        string[] scopes =
            [.. AppScopes.All.Keys.Where(scope => scope == AppScopes.Read || asked.Length == 0 || asked.Contains(scope))];
        var (error, description) =
            One("response_type") is not "code" ? (OAuthErrors.UnsupportedResponseType, "response_type must be code.")
            : One("code_challenge_method") is not "S256" ? (OAuthErrors.InvalidRequest, "code_challenge_method must be S256.")
            : One("code_challenge") is not { Length: ChallengeLength } sent || !sent.All(IsBase64Url)
                ? (OAuthErrors.InvalidRequest, "code_challenge must be the SHA-256 of code_verifier in base64url.")
            : !Resources.Any(path => One("resource") == issuer + path)
                ? (OAuthErrors.InvalidTarget, $"resource must be {string.Join(" or ", Resources.Select(path => issuer + path))}.")
            : asked.Length > 0 && !asked.Intersect([.. AppScopes.All.Keys, OfflineAccess]).Any()
                ? (OAuthErrors.InvalidScope, $"scope must have at least one of: {string.Join(' ', AppScopes.All.Keys)}.")
            : default;
        return error is not null
            ? (null, new(description, Answer(redirect, issuer, state, ("error", error), ("error_description", description))))
            : (new(client, redirect, One("code_challenge")!, One("resource")!, scopes, state, issuer), null);

        string? One(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
    }

    static bool IsBase64Url(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    static string Answer(string redirect, string issuer, string? state, params (string Name, string Value)[] parameters)
    {
        var answer = new StringBuilder(redirect);
        (string, string?)[] all = [.. parameters, ("state", state), ("iss", issuer)];
        foreach (var (name, value) in all.Where(one => one.Item2 is not null))
        {
            answer.Append(answer.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?')
                .Append(name).Append('=').Append(Uri.EscapeDataString(value!));
        }
        return answer.ToString();
    }
}

/// <summary>A request for access that is refused.</summary>
/// <param name="Description">Why.</param>
/// <param name="Answer">Where the browser goes with the error; null to show it to the person, because no address can be trusted.</param>
sealed record RefusedRequest(string Description, string? Answer = null);
