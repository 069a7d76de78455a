using System.Text.Json;
using ModelContextProtocol.Protocol;
using Planable.Platform;

namespace Planable.Doors.Mcp;

/// <summary>Gives a post, and a long text in pieces.</summary>
static class PostText
{
    public const string Input = """
        {"textFrom":{"type":"integer","minimum":0,"description":"Where the piece of the text begins: textNext of the piece before."}}
        """;

    public const string Output = """{"textLength":{"type":"integer"},"textNext":{"type":"integer"}}""";

    const int Piece = 6_000;

    public static async Task<CallToolResult> RunAsync(McpCall call, ToolCall tool)
    {
        if (tool.Has("textFrom") && tool.Number("textFrom") is not >= 0)
        {
            call.Refused();
            return ToolResults.Refusal(tool.Tool, Problems.Invalid("textFrom", "Must be a whole number, 0 or more."));
        }
        var answer = await call.FirstAsync();
        if (!answer.IsGood)
        {
            return ToolResults.Refusal(tool.Tool, answer);
        }
        var post = ToolRun.Data(answer);
        var (text, from) = (post.GetProperty("plainText").GetString()!, tool.Number("textFrom") ?? 0);
        if (from > text.Length)
        {
            return ToolResults.Refusal(tool.Tool, Problems.Invalid("textFrom", $"The text has only {text.Length} characters."));
        }
        if (from > 0 || text.Length > Piece)
        {
            post = ToolResults.Element(writer => Write(writer, post, text, from));
        }
        return ToolResults.Object(post, ToolText.Of(post, Piece + 1, Piece + 3_000), "list_comments and get_media have more.");
    }

    static void Write(Utf8JsonWriter writer, JsonElement post, string text, int from)
    {
        from -= from < text.Length && char.IsLowSurrogate(text[from]) ? 1 : 0;
        var end = Math.Min(text.Length, from + Piece);
        end -= end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
        writer.WriteStartObject();
        foreach (var field in post.EnumerateObject())
        {
            if (field.NameEquals("plainText"))
            {
                writer.WriteString("plainText", text.AsSpan(from, end - from));
                writer.WriteNumber("textLength", text.Length);
                if (end < text.Length)
                {
                    writer.WriteNumber("textNext", end);
                }
                continue;
            }
            field.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
