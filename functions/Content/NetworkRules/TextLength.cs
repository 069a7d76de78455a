using System.Globalization;
using System.Text.RegularExpressions;

namespace Planable.Content.NetworkRules;

/// <summary>The length of a text as a network counts it.</summary>
static partial class TextLength
{
    /// <summary>The length that X counts for any URL, which it shortens.</summary>
    const int ShortenedAddress = 23;

    public static int On(string platform, string text) => platform == "twitter" ? Weighted(text) : text.EnumerateRunes().Count();

    /// <summary>
    /// Follows twitter-text's configuration v3: a character of most Western scripts counts as 1, with its combining marks; any other
    /// character, and a whole emoji, as 2.
    /// </summary>
    static int Weighted(string text)
    {
        var length = Address().Count(text) * ShortenedAddress;
        for (var elements = StringInfo.GetTextElementEnumerator(Address().Replace(text, "")); elements.MoveNext();)
        {
            var runes = elements.GetTextElement().EnumerateRunes().ToArray();
            length += Array.Exists(runes, rune => rune.Value is Joiner or EmojiStyle or >= FirstEmoji) ? 2
                : runes.Sum(rune => IsMark(rune.Value) ? 0 : IsLight(rune.Value) ? 1 : 2);
        }
        return length;
    }

    const int Joiner = 0x200D, EmojiStyle = 0xFE0F, FirstEmoji = 0x1F000;

    static bool IsMark(int point) => point is >= 0x0300 and <= 0x036F;

    static bool IsLight(int point) => point is <= 4351 or (>= 8192 and <= 8205) or (>= 8208 and <= 8223) or (>= 8242 and <= 8247);

    [GeneratedRegex(@"https?://\S+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Address();
}
