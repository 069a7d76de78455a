using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Platform.Http;

/// <summary>Property names as callers see them.</summary>
static class JsonNames
{
    /// <summary><c>Pinterest.BoardId</c> → <c>pinterest.boardId</c></summary>
    public static string Path(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    /// <summary>The JSON name of an enum value.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Of(typeof(T).GetField(value.ToString())!);

    /// <summary>The JSON names of all values of an enum.</summary>
    public static IEnumerable<string> All(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(Of);

    static string Of(FieldInfo field) => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name;
}
