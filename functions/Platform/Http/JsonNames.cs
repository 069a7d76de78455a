using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Platform.Http;

/// <summary>Property names as callers see them.</summary>
static class JsonNames
{
    /// <summary><c>Pinterest.BoardId</c> → <c>pinterest.boardId</c></summary>
    public static string Path(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    /// <summary>Validation messages contain the property's name; this replaces it with the JSON name.</summary>
    public static string InMessage(string path, string message)
    {
        var property = path[(path.LastIndexOf('.') + 1)..];
        return message.Replace(property, JsonNamingPolicy.CamelCase.ConvertName(property), StringComparison.Ordinal);
    }

    /// <summary>The JSON name of an enum value.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Of(typeof(T).GetField(value.ToString())!);

    /// <summary>The JSON names of all values of an enum.</summary>
    public static IEnumerable<string> All(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(Of);

    static string Of(FieldInfo field) => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name;

    /// <summary>The path of a <see cref="JsonException"/>, <c>$.pageIds[0]</c>, without its root.</summary>
    public static string? Of(JsonException exception) => exception.Path is { Length: > 2 } path ? path[2..] : null;
}
