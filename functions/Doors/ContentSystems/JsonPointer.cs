using System.Globalization;
using System.Text.Json;

namespace Planable.Doors.ContentSystems;

/// <summary>JSON Pointers, and the texts that they lead to.</summary>
/// <remarks>Source: RFC 6901.</remarks>
static class JsonPointer
{
    public static bool IsValid(string pointer) => pointer.Length == 0 || (pointer[0] is '/'
        && pointer.Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal) is var rest
        && !rest.Contains('~', StringComparison.Ordinal));

    /// <summary>The value that a pointer leads to; null if there is none.</summary>
    public static JsonElement? Find(this JsonElement root, string pointer)
    {
        var found = root;
        foreach (var token in pointer.Split('/').Skip(1))
        {
            var name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (found.ValueKind is JsonValueKind.Object && found.TryGetProperty(name, out var member))
            {
                found = member;
            }
            else if (found.ValueKind is JsonValueKind.Array && name is "0" or [>= '1' and <= '9', ..]
                && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < found.GetArrayLength())
            {
                found = found[index];
            }
            else
            {
                return null;
            }
        }
        return found;
    }

    /// <summary>The first text that one of the pointers leads to; null if none does.</summary>
    public static string? Text(this JsonElement root, params IEnumerable<string> pointers) =>
        pointers.Select(pointer => root.Find(pointer) is { } found ? TextOf(found) : null).FirstOrDefault(text => text is not null);

    /// <summary>
    /// A value as text; null if it has none. Of an object by language it is the first language's, of a list of paragraphs all that have a
    /// text.
    /// </summary>
    static string? TextOf(JsonElement value)
    {
        try
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!.Replace("\0", "", StringComparison.Ordinal),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.Object => value.EnumerateObject().Select(one => one.Value)
                    .FirstOrDefault(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Array) is var first
                    && first.ValueKind is JsonValueKind.String or JsonValueKind.Array ? TextOf(first) : null,
                JsonValueKind.Array => string.Join('\n', value.EnumerateArray()
                    .Where(one => one.ValueKind is JsonValueKind.Object && one.TryGetProperty("text", out _))
                    .Select(one => TextOf(one.GetProperty("text"))).OfType<string>()),
                _ => null,
            };
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }
        catch (InvalidOperationException)
        {
            // The text is not valid Unicode.
            return null;
        }
    }
}
