using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Doors.Mcp;

/// <summary>How much of texts and lists a result keeps.</summary>
sealed record Keep(int Text, int Items)
{
    /// <summary>From the usual to the least, for results that are still too long.</summary>
    public static readonly Keep[] Steps = [new(1_000, 100), new(300, 20), new(100, 8), new(60, 3)];
}

/// <summary>Writes results of tools, each within the characters that assistants take.</summary>
static class ToolResults
{
    /// <summary>Characters of a result, its text and its structured content together.</summary>
    public const int Most = 25_000;

    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static CallToolResult Good(JsonElement structured, string text) => new()
    {
        StructuredContent = structured,
        Content = [new TextContentBlock { Text = text }],
    };

    /// <summary>An object. If it is too long, its longest texts and lists are cut, and the text says so.</summary>
    /// <param name="rest">How to get what was cut.</param>
    public static CallToolResult Object(JsonElement data, string? text = null, string rest = "")
    {
        text ??= ToolText.Of(data);
        if (Raw(data).Length + text.Length <= Most)
        {
            return Good(data, text);
        }
        text = Note(text, rest);
        foreach (var keep in Keep.Steps)
        {
            var json = Write(writer => Copy(writer, data, keep));
            if (Characters(json) + text.Length <= Most)
            {
                return Good(JsonElement.Parse(json), text);
            }
        }
        throw new InvalidOperationException("A result cannot be cut to its limit.");

        static string Note(string text, string rest) =>
            ToolText.Cut(text, Most / 3) + "\nLong texts and lists are cut. " + rest;
    }

    /// <summary>What an operation refused, with the names that the tool gives its arguments.</summary>
    public static CallToolResult Refusal(McpTool tool, TwinAnswer answer)
    {
        if (answer.Body.Length == 0 || answer.Body.Span[0] != '{')
        {
            return Refusal(tool, Problems.Internal());
        }
        using var document = JsonDocument.Parse(answer.Body);
        var error = document.RootElement.GetProperty("error");
        return Refusal(
            tool, answer.Status, error.GetProperty("message").GetString()!,
            error.TryGetProperty("details", out var details)
                ? [.. details.EnumerateArray().Select(one =>
                    (one.GetProperty("field").GetString()!, one.GetProperty("message").GetString()!))]
                : [],
            error.GetProperty("requestId").GetString());
    }

    public static CallToolResult Refusal(McpTool tool, Problem problem) => Refusal(
        tool, problem.Status(), problem.Message, [.. problem.Details?.Select(one => (one.Field, one.Message)) ?? []], null);

    static CallToolResult Refusal(
        McpTool tool, int status, string message, IReadOnlyList<(string Field, string Message)> details, string? requestId)
    {
        var text = new StringBuilder(tool.Name).Append(": ");
        if (details is [var (only, fault)] && message == $"{only}: {fault}")
        {
            text.Append(ToolArguments.NameOf(tool, only)).Append(": ").Append(fault);
        }
        else
        {
            text.Append(message);
            foreach (var (field, wrong) in details)
            {
                text.Append("\n- ").Append(ToolArguments.NameOf(tool, field)).Append(": ").Append(wrong);
            }
        }
        text.Append('\n').Append(status switch
        {
            400 or 413 or 422 when details.Count > 0 => "Change these arguments and call the tool again.",
            404 => "Check the ids: they come from the list tools, beginning with list_workspaces.",
            403 => "Do not try again: tell the person who asked.",
            503 => "Try again in a few seconds.",
            >= 500 => $"Tell the person who asked; the id of this call is {requestId}.",
            _ => "",
        });
        return new() { IsError = true, Content = [new TextContentBlock { Text = text.ToString().TrimEnd('\n') }] };
    }

    /// <summary>JSON that a writer wrote, as it is read: without needless escapes.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Readable))
        {
            write(writer);
        }
        return json.ToArray();
    }

    /// <summary>The value that a writer wrote.</summary>
    public static JsonElement Element(Action<Utf8JsonWriter> write) => JsonElement.Parse(Write(write));

    public static ReadOnlySpan<byte> Raw(JsonElement value) => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value);

    public static int Characters(ReadOnlySpan<byte> json) => Encoding.UTF8.GetCharCount(json);

    /// <summary>A row as it is sent: as it is, or with long texts and lists cut.</summary>
    public static ReadOnlyMemory<byte> Row(JsonElement row, Keep keep)
    {
        var raw = Raw(row);
        if (raw.IndexOf("\\u"u8) >= 0)
        {
            return Write(writer => Copy(writer, row, keep));
        }
        foreach (var field in row.EnumerateObject())
        {
            if (Raw(field.Value).Length > keep.Text)
            {
                return Write(writer => Copy(writer, row, keep));
            }
        }
        return raw.ToArray();
    }

    /// <summary>Copies a value, with long texts and lists cut.</summary>
    public static void Copy(Utf8JsonWriter writer, JsonElement value, Keep keep)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var field in value.EnumerateObject())
                {
                    writer.WritePropertyName(field.Name);
                    Copy(writer, field.Value, keep);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray().Take(keep.Items))
                {
                    Copy(writer, item, keep);
                }
                writer.WriteEndArray();
                break;
            case JsonValueKind.String when Raw(value).Length > keep.Text && value.GetString() is { } text
                && !text.StartsWith("http", StringComparison.Ordinal):
                writer.WriteStringValue(ToolText.Cut(text, keep.Text));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
