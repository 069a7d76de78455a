using System.Globalization;
using System.Text.RegularExpressions;

namespace Planable.Content.NetworkRules;

/// <summary>How long a text is, as a network counts.</summary>
static partial class TextLength
{
    /// <summary>What any address counts as on X, which shortens it.</summary>
    const int ShortenedAddress = 23;

    public static int On(string platform, string text) => platform == "twitter" ? Weighted(text) : text.EnumerateRunes().Count();

    /// <summary>
    /// As twitter-text's configuration v3 has it: most scripts of the West count one a character, marks over a letter with it, everything
    /// else two, and a whole emoji two.
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
