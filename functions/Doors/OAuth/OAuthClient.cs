using System.Net;

namespace Planable.Doors.OAuth;

/// <summary>An app that can ask for access. It has no secret: PKCE and its redirect addresses protect it.</summary>
/// <param name="Id">A URL whose document describes the app, or an id that it was given when it registered.</param>
/// <param name="Name">The name that it gives itself.</param>
/// <param name="Redirects">Where codes may be sent.</param>
sealed record OAuthClient(string Id, string Name, string[] Redirects)
{
    public const int MostRedirects = 20, LongestRedirect = 2_000, LongestName = 80;

    /// <summary>Schemes that a browser handles itself. The others belong to programs.</summary>
    static readonly string[] OfBrowsers =
    [
        "about", "blob", "cid", "data", "file", "filesystem", "ftp", "gopher", "http", "intent", "jar", "javascript", "mailto", "mid", "news",
        "sms", "tel", "urn", "vbscript", "view-source", "ws", "wss",
    ];

    /// <summary>The host that vouches for the app; null if it registered itself.</summary>
    public string? Host => IsDocument(Id) ? new Uri(Id).Host : null;

    /// <summary>Whether an id is the URL of a document.</summary>
    public static bool IsDocument(string id) => id.Contains("://", StringComparison.Ordinal);

    /// <summary>
    /// Whether codes may be sent to an address: it is registered, character for character. Programs on a person's computer listen on any
    /// port (RFC 8252, section 7.3).
    /// </summary>
    public bool Allows(string redirect) => Redirects.Any(known => known == redirect || (IsLoopback(known, out var one)
        && IsLoopback(redirect, out var other) && WithoutPort(known, one) == WithoutPort(redirect, other)));

    /// <summary>What is wrong with an address for codes; null if nothing is.</summary>
    public static string? Check(string? redirect) =>
        redirect is not { Length: > 0 and <= LongestRedirect } || redirect.AsSpan().ContainsAnyExceptInRange('!', '~')
            || !Uri.TryCreate(redirect, UriKind.Absolute, out var uri)
            ? $"Must be an absolute URI of at most {LongestRedirect} characters."
        : redirect.Contains('#', StringComparison.Ordinal) ? "Must have no fragment."
        : uri.UserInfo.Length > 0 ? "Must have no user."
        : uri.Scheme is "https" || IsLoopback(redirect, out _) ? null
        : OfBrowsers.Contains(uri.Scheme, StringComparer.OrdinalIgnoreCase)
            ? "Must be https, http on this computer (localhost), or the scheme of a program."
        : null;

    static bool IsLoopback(string redirect, out Uri uri) => Uri.TryCreate(redirect, UriKind.Absolute, out uri!)
        && uri.Scheme is "http" && uri.UserInfo.Length == 0
        && (uri.Host is "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    /// <summary>The address as it was written, but without its port.</summary>
    static string WithoutPort(string text, Uri uri)
    {
        var authority = text.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = text.IndexOfAny(['/', '?'], authority);
        return uri.Host + (end < 0 ? "" : text[end..]);
    }
}
