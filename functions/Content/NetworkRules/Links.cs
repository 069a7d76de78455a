using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Content.NetworkRules;

/// <summary>A link in a text, from <paramref name="Start"/> up to and without <paramref name="End"/>.</summary>
sealed record Link(int Start, int End);

/// <summary>
/// Finds links as X does (twitter-text 3.1): with http:// or https://, and without where a host of Latin letters ends in a top-level
/// domain.
/// </summary>
static partial class Links
{
    /// <summary>The most characters of a link after its scheme.</summary>
    const int LongestLink = 4_096 - 8;

    /// <summary>The most characters of what X's own shortened links have after the host.</summary>
    const int LongestSlug = 40;

    /// <summary>Latin letters with accents, and their marks.</summary>
    const string Accented = @"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289"
        + @"\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF";

    const string Query = @"(?:\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/])?";

    const string InPath = @"[A-Za-z0-9\u0400-\u04FF" + Accented + @"!*';:=+,.$/%#\[\]\-\u2013_~@|&]";

    /// <summary>Parentheses with something in them, which may be one more pair.</summary>
    const string InParentheses = @"\((?!\))" + InPath + @"*(?:\(" + InPath + @"+\)" + InPath + @"*)?\)";

    static readonly HashSet<string> TopLevel = new(DataFile.Words("TopLevelDomains.txt"), StringComparer.OrdinalIgnoreCase);
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = TopLevel.GetAlternateLookup<ReadOnlySpan<char>>();
    static readonly int LongestTopLevel = TopLevel.Max(name => name.Length);
    static readonly IdnMapping Ascii = new() { AllowUnassigned = true };
    static readonly SearchValues<char> InEncoded = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    static readonly SearchValues<char> Joining = SearchValues.Create("@＠$#＃\uFEFF\uFFFE\uFFFF");

    public static List<Link> In(string text)
    {
        List<Link> found = [];
        var free = 0;
        for (var run = Run().Match(text); run.Success; run = Run().Match(text, Math.Max(run.Index + run.Length, free)))
        {
            free = Find(text, free, run.Index, run.Index + run.Length, found);
        }
        return found;
    }

    /// <summary>The text with a letter in place of each link, so that what follows it is still inside a word.</summary>
    public static string Without(string text)
    {
        StringBuilder rest = new();
        var at = 0;
        foreach (var (start, end) in In(text))
        {
            rest.Append(text, at, start - at).Append('x');
            at = end;
        }
        return rest.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>
    /// Adds the links whose hosts are in a run of characters that hosts may have. Returns where the last one ends, even one that is too
    /// long to be a link.
    /// </summary>
    /// <param name="free">Where the link before ends.</param>
    static int Find(string text, int free, int start, int end, List<Link> found)
    {
        var scheme = SchemeLength(text.AsSpan(..start));
        var first = start - scheme;
        if (scheme > 0 && first > 0 && (first == free || Attaches(text[first - 1])))
        {
            return free;
        }
        var host = scheme > 0 ? start : BareStart(text, free, start, end);
        if (HostEnd(text, host, end) is not { } hostEnd)
        {
            return free;
        }
        var rest = Rest().Match(text, hostEnd);
        var last = rest.Index + rest.Length;
        if (last - host > LongestLink)
        {
            return last;
        }
        if (scheme > 0)
        {
            var shortened = Shortened().Match(text, first, last - first);
            if (shortened.Groups["slug"].Length <= LongestSlug)
            {
                found.Add(new(first, shortened.Success ? shortened.Index + shortened.Length : last));
            }
            return last;
        }
        for (var part = LatinLabels().Match(text, host, hostEnd - host); part.Success; part = part.NextMatch())
        {
            // The top-level domain may be of another script.
            var dot = text.IndexOf('.', part.Index + part.Length, hostEnd - part.Index - part.Length);
            if (HostEnd(text, part.Index, dot < 0 ? hostEnd : dot) is { } partEnd)
            {
                // Without a path, a port or a query does not belong to the link.
                free = partEnd == hostEnd && rest.Groups["path"].Success ? last : partEnd;
                found.Add(new(part.Index, free));
            }
        }
        return free;
    }

    static int SchemeLength(ReadOnlySpan<char> before) => before.EndsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
        : before.EndsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;

    /// <summary>
    /// Where a link without a scheme may begin: after a character that does not attach to it and is not of the link before. The end if
    /// nowhere.
    /// </summary>
    static int BareStart(string text, int free, int start, int end)
    {
        if (start > free ? Attaches(text[start - 1]) : start > 0 || !Attaches(text[0]))
        {
            while (start < end && Attaches(text[start]))
            {
                start++;
            }
            start = Math.Min(start + 1, end);
        }
        return start > 0 && text[start - 1] is '-' or '_' or '.' or '/' ? end : start;
    }

    /// <summary>Whether a link cannot begin after a character.</summary>
    static bool Attaches(char one) => char.IsAsciiLetterOrDigit(one) || Joining.Contains(one);

    /// <summary>Where the longest host that begins at a position ends; null if none does.</summary>
    static int? HostEnd(string text, int start, int end)
    {
        int? found = null;
        var follows = false;
        for (int label = start, stop; ; label = stop + 1)
        {
            stop = text.IndexOf('.', label, end - label) is >= 0 and var dot ? dot : end;
            if (follows && TopLevelLength(text, label, stop) is > 0 and var length)
            {
                found = label + length;
            }
            if (stop == end || text.AsSpan(label..stop) is not ([not ('-' or '_'), ..] and [.., not ('-' or '_')]))
            {
                return found is { } host && text[start..host].Split('.').All(IsLabel) ? found : null;
            }
            // An underscore is allowed in names of machines, not in the name that is registered.
            follows = !text.AsSpan(label..stop).Contains('_');
        }
    }

    /// <summary>The length of the top-level domain that a label begins with; 0 if it begins with none.</summary>
    static int TopLevelLength(string text, int start, int end)
    {
        var label = text.AsSpan(start..end);
        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return label.IndexOfAnyExcept(InEncoded) is >= 0 and var other ? other : label.Length;
        }
        var length = Math.Min(label.Length, LongestTopLevel);
        while (length > 0 && !(Lookup.Contains(label[..length]) && EndsAt(text, start + length)))
        {
            length--;
        }
        return length;
    }

    /// <summary>Whether a label of a host has a form that the DNS can have, of 63 characters at most (RFC 3492).</summary>
    static bool IsLabel(string label)
    {
        try
        {
            return Ascii.GetAscii(label).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static bool EndsAt(string text, int at) => at == text.Length || !(char.IsAsciiLetterOrDigit(text[at]) || text[at] is '@' or '+' or '-');

    /// <summary>Whatever is no space, no punctuation of ASCII and no mark of direction.</summary>
    [GeneratedRegex(
        @"[^\s!'#%&()*+,/:;<=>?@\[\\\]^{|}~$\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]+",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Run();

    [GeneratedRegex("[-A-Za-z0-9" + Accented + "][-A-Za-z0-9." + Accented + "]*", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex LatinLabels();

    /// <summary>Port, path and query. A path or a query does not end with punctuation, and a path has its parentheses in pairs.</summary>
    [GeneratedRegex(
        @"\G(?::[0-9]+)?(?<path>/(?:" + InPath + "|" + InParentheses + @")*(?<=[-+A-Za-z0-9\u0400-\u04FF=_#/)" + Accented + "]))?"
        + Query,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Rest();

    /// <summary>A link that X shortened, which ends after its slug and query.</summary>
    [GeneratedRegex(
        @"\Ghttps?://t\.co/(?<slug>[a-z0-9]+)" + Query,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Shortened();
}
