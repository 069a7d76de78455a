using System.Globalization;
using System.Text;
using System.Text.Json;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Doors.Mcp;

/// <summary>The arguments of a tool: what is wrong with them, and the call of the operation that they make.</summary>
static class ToolArguments
{
    /// <summary>
    /// What is wrong with the arguments as such; null for nothing. What is wrong with a value, the operation says.
    /// </summary>
    public static Problem? Check(ToolCall call)
    {
        var (tool, sent) = (call.Tool, call.Arguments);
        if (sent.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            return Problems.Malformed("The arguments must be a JSON object.");
        }
        var names = sent.ValueKind is JsonValueKind.Object ? sent.EnumerateObject().Select(one => one.Name).ToArray() : [];
        FieldError[] wrong =
        [
            .. names.Except(tool.Names, StringComparer.Ordinal).Select(name => new FieldError(
                name, $"Is not an argument of this tool. It takes {string.Join(", ", tool.Names)}.".Replace(
                    "takes .", "takes none.", StringComparison.Ordinal))),
            .. tool.Fields.Where(field => IsNeeded(tool, field) && !names.Contains(field.Name))
                .Select(field => new FieldError(field.Name, FieldWords.Missing)),
            .. tool.MoreRequired.Except(names, StringComparer.Ordinal).Select(name => new FieldError(name, FieldWords.Missing)),
            .. tool.Fields.Where(field => call.Has(field.Name) && !IsInBody(tool, field)
                && !IsWord(call.Arguments.GetProperty(field.Name).ValueKind, IsInPath(tool, field)))
                .Select(field => new FieldError(field.Name, FieldWords.Of(typeof(string)))),
            .. tool.Fields.Where(field => IsInPath(tool, field) && call.Text(field.Name) is { } id && BlankText.Is(id))
                .Select(field => new FieldError(field.Name, FieldWords.Blank)),
            .. tool.Parts is not (Parts.None or Parts.Cursor) && call.Has("cursor") && OffsetCursor.Read(call.Text("cursor") ?? "") is null
                ? [new FieldError("cursor", "Not a cursor returned by this list.")] : (FieldError[])[],
        ];
        return wrong is [] ? null : Problems.Invalid(wrong);
    }

    /// <summary>The first operation of a call; null if it has no address because an argument is missing or wrong.</summary>
    public static TwinRequest? First(ToolCall call) => call.Tool switch
    {
        { Begin: { } begin } => begin(call),
        { Parts: Parts.Cursor } => Request(call, ("cursor", Words(call, "cursor")), ("limit", Words(call, "limit"))),
        { Parts: Parts.Offset } => Request(
            call, ("offset", OffsetCursor.Read(call.Text("cursor"))?.ToString(CultureInfo.InvariantCulture)),
            ("limit", Words(call, "limit"))),
        _ => Request(call),
    };

    /// <summary>The call of the tool's operation.</summary>
    /// <param name="query">More of the query.</param>
    public static TwinRequest? Request(ToolCall call, params (string Name, string? Value)[] query)
    {
        var tool = call.Tool;
        RouteValueDictionary path = [];
        var sent = new List<KeyValuePair<string, string?>>();
        foreach (var field in tool.Fields)
        {
            if (IsInPath(tool, field))
            {
                if (call.Text(field.Name) is not { } id || BlankText.Is(id))
                {
                    return null;
                }
                path[field.Source] = id;
            }
            else if (!IsInBody(tool, field) && call.Has(field.Name))
            {
                sent.Add(new(field.Source, Words(call.Arguments.GetProperty(field.Name))));
            }
        }
        sent.AddRange(query.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Name, one.Value)));
        return new(tool.Twin, path, QueryString.Create(sent), tool.Twin.IsRead ? null : Body(call));
    }

    /// <summary>The name that the tool has for a field of its operation, such as <c>labels[0]</c>.</summary>
    public static string NameOf(McpTool tool, string field)
    {
        var end = field.AsSpan().IndexOfAny('.', '[') is >= 0 and var mark ? mark : field.Length;
        return (Array.Find(tool.Fields, one => one.Source == field[..end])?.Name ?? field[..end]) + field[end..];
    }

    /// <summary>The body of the operation; null without any of its fields.</summary>
    static byte[]? Body(ToolCall call)
    {
        var fields = call.Tool.Fields.Where(field => IsInBody(call.Tool, field) && call.Has(field.Name)).ToArray();
        if (fields is [] && call.Tool.IsBodyOptional)
        {
            return null;
        }
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            foreach (var field in fields)
            {
                writer.WritePropertyName(field.Source);
                call.Arguments.GetProperty(field.Name).WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return body.ToArray();
    }

    static string? Words(ToolCall call, string name) => call.Has(name) ? Words(call.Arguments.GetProperty(name)) : null;

    static string Words(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();

    static bool IsWord(JsonValueKind kind, bool isId) => kind is JsonValueKind.String
        || (!isId && kind is (JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False));

    static bool IsNeeded(McpTool tool, ToolField field) => field.IsRequired || IsInPath(tool, field);

    static bool IsInPath(McpTool tool, ToolField field) => tool.Twin.Path.Contains("{" + field.Source + "}", StringComparison.Ordinal);

    static bool IsInBody(McpTool tool, ToolField field) => !tool.Twin.IsRead && !IsInPath(tool, field);
}

/// <summary>The place in a list that has no cursor of its own.</summary>
static class OffsetCursor
{
    const string Prefix = "from-";

    public static string Of(int offset) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Prefix + offset.ToString(CultureInfo.InvariantCulture))).TrimEnd('=');

    /// <summary>The offset of a cursor, 0 without one; null if it is none of ours.</summary>
    public static int? Read(string? cursor)
    {
        if (cursor is null)
        {
            return 0;
        }
        var bytes = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor.PadRight((cursor.Length + 3) / 4 * 4, '='), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var text && text.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;
    }
}
