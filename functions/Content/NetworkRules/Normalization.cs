using System.Globalization;
using System.Text;

namespace Planable.Content.NetworkRules;

/// <summary>
/// Normalization form C, as Unicode Standard Annex 15 defines it. The app runs without ICU, so the framework
/// leaves every text as it is.
/// </summary>
static class Normalization
{
    /// <summary>Characters below it are normal, whatever surrounds them.</summary>
    const char FirstMark = '\u0300';

    // The syllables of Hangul compose by their numbers.
    const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Trails = 0x11A7;
    const int SyllableCount = 11_172, LeadCount = 19, VowelCount = 21, TrailCount = 28;

    static readonly string[] Words = DataFile.Words("Normalization.txt");

    /// <summary>The classes by which marks are ordered; a character without one has class 0.</summary>
    static readonly Dictionary<int, int> Classes = new(
        from word in Words
        let colon = word.IndexOf(':', StringComparison.Ordinal)
        where colon > 0
        from range in word[(colon + 1)..].Split(',')
        let ends = range.Split('-')
        from point in Enumerable.Range(Point(ends[0]), Point(ends[^1]) - Point(ends[0]) + 1)
        select KeyValuePair.Create(point, int.Parse(word[..colon], CultureInfo.InvariantCulture)));

    /// <summary>What a character decomposes into.</summary>
    static readonly Dictionary<int, int[]> Parts = new(
        from word in Words
        let sign = word.IndexOfAny(['=', '>'])
        where sign > 0
        select KeyValuePair.Create(Point(word[..sign]), Array.ConvertAll(word[(sign + 1)..].Split(','), Point)));

    /// <summary>What two characters compose to.</summary>
    static readonly Dictionary<(int, int), int> Wholes = new(
        from word in Words
        let sign = word.IndexOf('=', StringComparison.Ordinal)
        where sign > 0
        let whole = Point(word[..sign])
        select KeyValuePair.Create((Parts[whole][0], Parts[whole][1]), whole));

    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstMark, char.MaxValue))
        {
            return text;
        }
        List<int> composed = [];
        var (starter, before) = (-1, 0);
        foreach (var (point, order) in Ordered(text.EnumerateRunes().SelectMany(rune => Decompose(rune.Value))))
        {
            // A mark of the same class or a higher one stands between the two and keeps them apart.
            if (starter >= 0 && (before < order || starter == composed.Count - 1) && Whole(composed[starter], point) is { } whole)
            {
                composed[starter] = whole;
                continue;
            }
            (starter, before) = (order == 0 ? composed.Count : starter, order);
            composed.Add(point);
        }
        return composed.Aggregate(new StringBuilder(), (built, point) => built.Append(char.ConvertFromUtf32(point))).ToString();
    }

    static IEnumerable<int> Decompose(int point)
    {
        if (point is < Syllables or >= Syllables + SyllableCount)
        {
            return Parts.TryGetValue(point, out var parts) ? parts.SelectMany(Decompose) : [point];
        }
        var index = point - Syllables;
        var (lead, vowel, trail) = (index / (VowelCount * TrailCount), index / TrailCount % VowelCount, index % TrailCount);
        return trail == 0 ? [Leads + lead, Vowels + vowel] : [Leads + lead, Vowels + vowel, Trails + trail];
    }

    /// <summary>The characters with the marks after each ordered by their classes.</summary>
    static IEnumerable<(int Point, int Order)> Ordered(IEnumerable<int> points)
    {
        var starters = 0;
        return points.Select(point => (Point: point, Order: Classes.GetValueOrDefault(point)))
            .Select(one => (one.Point, one.Order, Place: one.Order == 0 ? ++starters : starters)).ToArray()
            .OrderBy(one => one.Place).ThenBy(one => one.Order).Select(one => (one.Point, one.Order));
    }

    static int? Whole(int first, int second) => (first, second) switch
    {
        ( >= Leads and < Leads + LeadCount, >= Vowels and < Vowels + VowelCount) =>
            Syllables + ((((first - Leads) * VowelCount) + second - Vowels) * TrailCount),
        ( >= Syllables and < Syllables + SyllableCount, > Trails and < Trails + TrailCount) when (first - Syllables) % TrailCount == 0 =>
            first + second - Trails,
        _ => Wholes.TryGetValue((first, second), out var whole) ? whole : null,
    };

    static int Point(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
