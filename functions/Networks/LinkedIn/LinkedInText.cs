using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Networks.LinkedIn;

/// <summary>
/// Texts of posts in LinkedIn's format "little text". A reserved character without a backslash silently ends the text there. A hashtag is
/// written as the template that LinkedIn itself answers with.
/// </summary>
/// <remarks>Source: learn.microsoft.com/linkedin, "little text format".</remarks>
static partial class LinkedInText
{
    static readonly SearchValues<char> Reserved = SearchValues.Create(@"\|{}@[]()<>#*_~");

    public static string Little(string text) => Special().Replace(text, match =>
        match.Groups["tag"].Value is var tag && tag.Any(char.IsLetter) ? $$"""{hashtag|\#|{{Escaped(tag)}}}""" : Escaped(match.Value));

    /// <summary>What people see of a text in this format.</summary>
    public static string Plain(string little) => Element().Replace(little, match =>
        match.Groups["tag"] is { Success: true } tag ? "#" + Unescaped(tag.Value)
        : match.Groups["name"] is { Success: true } name ? Unescaped(name.Value) : match.Groups["one"].Value);

    /// <summary>Whether a text in this format is the given one, but for spaces and for links that LinkedIn has shortened.</summary>
    public static bool IsSame(string little, string text)
    {
        var seen = Plain(little);
        var isShortened = seen.Contains("https://lnkd.in/", StringComparison.Ordinal);
        return Words(seen) == Words(text);

        string Words(string one) => string.Join(
            ' ', (isShortened ? Link().Replace(one, "") : one).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var one in text)
        {
            (Reserved.Contains(one) ? escaped.Append('\\') : escaped).Append(one);
        }
        return escaped.ToString();
    }

    static string Unescaped(string little) => Element().Replace(little, match => match.Groups["one"].Value);

    /// <summary>An address, a hashtag, or a reserved character. There is no hashtag in an address or in a word.</summary>
    [GeneratedRegex(
        @"://\S+|(?<![\p{L}\p{M}\p{N}_&])#(?![\uFE0F\u20E3])(?<tag>[\p{L}\p{M}\p{N}_]+)|[\\|{}@\[\]()<>#*_~]",
        RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Special();

    /// <summary>A hashtag, a mention, or an escaped character.</summary>
    [GeneratedRegex(
        @"\{hashtag\|\\?[#＃]\|(?<tag>(\\.|[^\\}])*)\}|@\[(?<name>(\\.|[^\\\]])*)\]\s?\([^)]*\)|\\(?<one>.)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1_000)]
    private static partial Regex Element();

    [GeneratedRegex(@"https?://\S+", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Link();
}
