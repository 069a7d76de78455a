using System.Text;
using System.Text.Json;

namespace Planable.Doors.Mcp;

/// <summary>Results in words, for a model that sees only text.</summary>
static class ToolText
{
    const int LongestValue = 160, MostItems = 20;

    /// <summary>A line about a row: its fields, without their names.</summary>
    public static string Line(JsonElement row, string[] fields)
    {
        var line = new StringBuilder("- ");
        foreach (var field in fields)
        {
            if (Find(row, field) is { } value && Scalar(value, LongestValue) is { Length: > 0 } words)
            {
                line.Append(line.Length > 2 ? " | " : "").Append(words);
            }
        }
        return line.ToString();
    }

    /// <summary>An object: a line for each field that has a value.</summary>
    /// <param name="longest">The most characters of a text.</param>
    public static string Of(JsonElement data, int longest = 500, int most = 6_000)
    {
        var text = new StringBuilder();
        foreach (var field in data.EnumerateObject())
        {
            if (text.Length > most)
            {
                return text.Append('…').ToString();
            }
            if (field.Value.ValueKind is JsonValueKind.Array)
            {
                Append(text, field);
                continue;
            }
            var words = field.Value.ValueKind is JsonValueKind.Object ? Compact(field.Value)
                : Scalar(field.Value, longest, keepLines: true);
            if (words.Length > 0)
            {
                text.Append(field.Name).Append(": ").Append(words).Append('\n');
            }
        }
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>A text of at most so many characters, whole ones.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";

    static void Append(StringBuilder text, JsonProperty list)
    {
        var count = list.Value.GetArrayLength();
        if (count == 0)
        {
            return;
        }
        text.Append(list.Name).Append(" (").Append(count).Append("): ");
        foreach (var item in list.Value.EnumerateArray().Take(MostItems))
        {
            text.Append(item.ValueKind is JsonValueKind.Object ? "\n- " + Compact(item) : Scalar(item, LongestValue) + "; ");
        }
        text.Append(count > MostItems ? "\n- …" : "").Append('\n');
    }

    static string Compact(JsonElement item) => string.Join(", ",
        from field in item.EnumerateObject()
        let words = field.Value.ValueKind is JsonValueKind.Object ? "" : Scalar(field.Value, LongestValue)
        where words.Length > 0
        select $"{field.Name} {words}");

    static string Scalar(JsonElement value, int longest, bool keepLines = false) => value.ValueKind switch
    {
        JsonValueKind.String when keepLines => Cut(value.GetString()!, longest),
        JsonValueKind.String => Cut(value.GetString()!, longest).ReplaceLineEndings(" "),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => "",
    };

    static JsonElement? Find(JsonElement row, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (row.ValueKind is not JsonValueKind.Object || !row.TryGetProperty(name, out row))
            {
                return null;
            }
        }
        return row;
    }
}
