using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Content.NetworkRules;

/// <summary>What a network counts in a text.</summary>
/// <param name="Name">What is counted, in the plural.</param>
sealed partial record TextUnit(string Name, Func<string, int> Count)
{
    /// <summary>Unicode code points.</summary>
    public static readonly TextUnit Characters = new("characters", text => text.EnumerateRunes().Count());

    /// <summary>Units of UTF-16, of which most emoji have two or more.</summary>
    public static readonly TextUnit Utf16 = new("characters", text => text.Length);

    public static readonly TextUnit Bytes = new("bytes in UTF-8", Encoding.UTF8.GetByteCount);

    /// <summary>Code points, but the bytes in UTF-8 of an emoji.</summary>
    public static readonly TextUnit EmojiBytes = new("characters", text => Sum(text, Encoding.UTF8.GetByteCount, _ => 1));

    /// <summary>What X counts: see <see cref="Weigh"/>.</summary>
    public static readonly TextUnit Weight = new("characters", Weigh);

    public static readonly TextUnit DifferentLinks = new("different links", text =>
        Links.In(text).Select(link => text[link.Start..link.End]).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    public static readonly TextUnit Hashtags = new("hashtags", text =>
        Hashtag().Matches(Links.Without(text)).Sum(found => found.Groups["tag"].Captures.Count));

    public static readonly TextUnit Mentions = new("mentions", text => Mention().Count(Links.Without(text)));

    public static readonly TextUnit AngleBrackets = new("the characters < and >", text => text.Count(one => one is '<' or '>'));

    public static readonly TextUnit Comments = new("first comments", text => text.Length > 0 ? 1 : 0);

    /// <summary>
    /// Follows configuration 3 of twitter-text (https://github.com/twitter/twitter-text/blob/master/config/v3.json): in normalization form
    /// C, a link counts 23, an emoji 2, a character of most Western scripts or a combining mark 1, any other character 2.
    /// </summary>
    static int Weigh(string text)
    {
        const int link = 23;
        text = Normalization.Compose(text);
        var (weight, at) = (0, 0);
        foreach (var (start, end) in Links.In(text))
        {
            weight += Sum(text.AsSpan(at..start), _ => 2, WeightOf) + link;
            at = end;
        }
        return weight + Sum(text.AsSpan(at..), _ => 2, WeightOf);
    }

    static int WeightOf(int point) =>
        point is <= 4351 or (>= 8192 and <= 8205) or (>= 8208 and <= 8223) or (>= 8242 and <= 8247) ? 1 : 2;

    static int Sum(ReadOnlySpan<char> text, Func<ReadOnlySpan<char>, int> emoji, Func<int, int> other)
    {
        var (sum, at) = (0, 0);
        while (at < text.Length)
        {
            var length = Emoji.LengthAt(text[at..]);
            if (length > 0)
            {
                sum += emoji(text.Slice(at, length));
            }
            else
            {
                Rune.DecodeFromUtf16(text[at..], out var point, out length);
                sum += other(point.Value);
            }
            at += length;
        }
        return sum;
    }

    /// <summary>
    /// One hashtag, or several with nothing between them. There is none inside a word or an address, and the emoji of the key # is none.
    /// </summary>
    [GeneratedRegex(
        @"://\S+|(?<![\p{L}\p{M}\p{N}_&])(?<tag>#(?![\uFE0F\u20E3])[\p{L}\p{M}\p{N}_]+)+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Hashtag();

    [GeneratedRegex(@"(?<![\p{L}\p{M}\p{N}_.@])@[A-Za-z0-9_][A-Za-z0-9_.]*", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Mention();
}
