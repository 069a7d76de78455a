using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// Makes a post's text of an article. <c>{{title}}</c>, <c>{{excerpt}}</c> and <c>{{url}}</c> stand for its parts; a line whose parts are
/// all missing is left out.
/// </summary>
static partial class PostTemplate
{
    public const string Usual = "{{title}}\n\n{{excerpt}}\n\n{{url}}";

    /// <summary>The most characters of a post's text.</summary>
    const int MostCharacters = 25_000;

    static readonly string[] Names = ["title", "excerpt", "url"];

    /// <summary>What is wrong with a template; null if it can be used.</summary>
    public static string? Fault(string template) =>
        Parts().Matches(template).Select(NameOf).FirstOrDefault(name => !Names.Contains(name)) is { } unknown
            ? $"There is no {{{{{unknown}}}}}. There are {{{{title}}}}, {{{{excerpt}}}} and {{{{url}}}}." : null;

    public static string Render(string template, Article article)
    {
        var lines = template.ReplaceLineEndings("\n").Split('\n')
            .Where(line => Parts().Matches(line) is not { Count: > 0 } parts || parts.Any(part => ValueOf(part, article).Length > 0))
            .Select(line => Parts().Replace(line, part => ValueOf(part, article)));
        return Shortened(Gaps().Replace(string.Join('\n', lines), "\n\n").Trim(), MostCharacters);
    }

    static string NameOf(Match part) => part.Groups["name"].Value.Trim();

    static string ValueOf(Match part, Article article) => NameOf(part) switch
    {
        "title" => article.Title,
        "excerpt" => article.Excerpt,
        _ => article.Url,
    } ?? "";

    /// <summary>A text with at most so many characters.</summary>
    public static string Shortened(string text, int most)
    {
        if (text.EnumerateRunes().Count() <= most)
        {
            return text;
        }
        var kept = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(most - 1))
        {
            kept.Append(rune.ToString());
        }
        return kept.Append('…').ToString();
    }

    [GeneratedRegex(@"\{\{(?<name>[^{}]*)\}\}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Parts();

    [GeneratedRegex("\n{3,}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Gaps();
}
