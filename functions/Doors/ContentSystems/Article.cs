using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Planable.Doors.ContentSystems;

/// <summary>What a post says of an entry; null is what the entry does not have.</summary>
/// <param name="Url">The address of its page.</param>
/// <param name="Image">The address of its picture.</param>
/// <param name="Date">When it was, or will be, published.</param>
sealed record Article(string? Title, string? Excerpt, string? Url, string? Image, DateTimeOffset? Date);

/// <summary>Where the parts of an article are in an entry: JSON Pointers, of which the first that leads to a text counts.</summary>
/// <param name="IsHtml">Whether title and excerpt are HTML.</param>
sealed partial record ArticleFields(string[] Title, string[] Excerpt, string[] Url, string[] Image, string[] Date, bool IsHtml = false)
{
    const RegexOptions Html = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    /// <param name="site">The address that relative addresses of the entry are relative to; null if it is unknown.</param>
    public Article Read(JsonElement entry, Uri? site) => new(
        Plain(entry.Text(Title)), Plain(entry.Text(Excerpt)), Address(entry.Text(Url), site), Address(entry.Text(Image), site),
        DateOf(entry.Text(Date)));

    string? Plain(string? text) => text is null ? null
        : !IsHtml ? text.Trim()
        : WebUtility.HtmlDecode(Tags().Replace(LineEnds().Replace(text, "\n"), "")).Trim() is { Length: > 0 } plain ? plain : null;

    /// <summary>An address that begins with two slashes is a public one without its scheme.</summary>
    static string? Address(string? text, Uri? site) => text is ['/', '/', ..] ? Absolute("https:" + text, null) : Absolute(text, site);

    static string? Absolute(string? text, Uri? site) =>
        (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        || (site is not null && text is not null && Uri.TryCreate(site, text, out address) && address.Scheme is "http" or "https")
            ? address!.AbsoluteUri : null;

    /// <summary>A date; one without an offset is in UTC.</summary>
    static DateTimeOffset? DateOf(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) ? date : null;

    [GeneratedRegex("</(p|div|li|h[1-6])>\\s*|<br[ /]*>\\s*", Html, 1_000)]
    private static partial Regex LineEnds();

    [GeneratedRegex("</?[A-Za-z][^>]*>", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Tags();
}
