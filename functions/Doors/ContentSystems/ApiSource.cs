using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// How the API of a content system is asked. Targets are added to its address; in them, <c>{type}</c>, <c>{id}</c>, <c>{since}</c>,
/// <c>{ref}</c>, <c>{page}</c> (from 1), <c>{skip}</c>, <c>{end}</c>, <c>{size}</c> and <c>{now}</c> (in seconds) stand for values.
/// </summary>
sealed partial record ApiSource
{
    /// <summary>Lists a page of the entries that were changed or published since a time, by that time.</summary>
    public required string Changed { get; init; }

    /// <summary>How its answer is read. Every entry in it is published.</summary>
    public required EventSource Entries { get; init; }

    /// <summary>When an entry was changed, if its revision is not that: a pointer.</summary>
    public string? ChangedAt { get; init; }

    /// <summary>What is added to <see cref="Changed"/> if the connection has a type.</summary>
    public string OfType { get; init; } = "";

    public bool NeedsType { get; init; }

    /// <summary>The type of an entry, if it is not asked for: a pointer.</summary>
    public string? Type { get; init; }

    /// <summary>Gets one entry; null if the calls of this content system have all that is needed.</summary>
    public string? One { get; init; }

    /// <summary>Where the entry is in that answer: a pointer.</summary>
    public string OneAt { get; init; } = "";

    /// <summary>What is asked for first, because each query names the state of the content that it is for.</summary>
    public string? State { get; init; }

    /// <summary>How a key is sent, if not as a bearer token: the query's parameter.</summary>
    public string? KeyParameter { get; init; }

    /// <summary>Whether a key is a user's name, a colon and a password.</summary>
    public bool IsBasic { get; init; }

    /// <summary>How a time is written.</summary>
    public Func<DateTimeOffset, string> Time { get; init; } = static at => Written(at, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>How many entries an answer has at most.</summary>
    public int Size { get; init; } = 25;

    /// <summary>How long the pointers of a call's entry are before they are those of an entry here.</summary>
    public string CallPrefix { get; init; } = "";

    public static string Written(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Whether a text can stand in a query without changing what it asks.</summary>
    public static bool IsPlain(string text) => Plain().IsMatch(text);

    public static string Basic(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    /// <summary>The target with its values, which are escaped.</summary>
    public static string Fill(string target, IReadOnlyDictionary<string, string> values) =>
        Names().Replace(target, name => Uri.EscapeDataString(values[name.Groups["name"].Value]));

    /// <summary>
    /// Where the parts of an article are in an entry here: where the connection says, as far as that applies here too, or as usual.
    /// </summary>
    public ArticleFields FieldsOf(ContentConnection connection)
    {
        var (own, usual) = (connection.Fields, Entries.Fields);
        return own is null ? usual : usual with
        {
            Title = Also(own.Title, usual.Title),
            Excerpt = Also(own.Excerpt, usual.Excerpt),
            Url = Also(own.Url, usual.Url),
            Image = Also(own.Image, usual.Image),
            Date = Also(own.Date, usual.Date),
        };

        string[] Also(string? pointer, string[] others) => pointer is null ? others
            : [pointer.StartsWith(CallPrefix + "/", StringComparison.Ordinal) ? pointer[CallPrefix.Length..] : pointer, .. others];
    }

    [GeneratedRegex(@"\{(?<name>[a-z]+)\}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Names();

    [GeneratedRegex(@"^[A-Za-z0-9._-]+\z", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Plain();
}
