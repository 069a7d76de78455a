using System.Globalization;
using System.Text;

namespace Planable.Content.Media;

/// <summary>File names, and the kinds that they suggest.</summary>
static class MediaName
{
    public const int Longest = 255;
    const string Nameless = "media";

    static readonly Dictionary<string, MediaKind> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".gif"] = MediaKind.gif,
        [".mp4"] = MediaKind.video,
        [".m4v"] = MediaKind.video,
        [".mov"] = MediaKind.video,
        [".webm"] = MediaKind.video,
        [".3gp"] = MediaKind.video,
        [".3g2"] = MediaKind.video,
        [".f4v"] = MediaKind.video,
    };

    /// <summary>The last part of a URL's path.</summary>
    public static string Of(string url) => Clean(Uri.TryCreate(url, UriKind.Absolute, out var address)
        ? Uri.UnescapeDataString(address.Segments.LastOrDefault("").TrimEnd('/')) : "");

    /// <summary>
    /// A name without characters that could escape a folder or disguise the name: separators, control characters and marks that change the
    /// text direction.
    /// </summary>
    public static string Clean(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Where(IsPlain).Take(Longest))
        {
            text.Append(rune);
        }
        return text.ToString().Trim(' ', '.') is { Length: > 0 } clean ? clean : Nameless;
    }

    /// <param name="name">A file name, or the last part of a URL.</param>
    public static MediaKind KindOf(string name) => Extensions.GetValueOrDefault(Path.GetExtension(name), MediaKind.image);

    static bool IsPlain(Rune rune) => rune.Value is not ('/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
        && Rune.GetUnicodeCategory(
            rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
