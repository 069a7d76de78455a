using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Planable.Doors.Mcp;

/// <summary>Creates drafts, and says what their networks would refuse.</summary>
static class DraftCreation
{
    public const string Output = """
        {"validationErrors":{"type":"array","items":{"type":"object","required":["pageId","field","message"],
        "properties":{"pageId":{"type":"string"},"field":{"type":"string"},"message":{"type":"string"}}}}}
        """;

    static readonly Twin Validation = new(HttpMethods.Post, "/posts/validate");

    public static async Task<CallToolResult> RunAsync(McpCall call, ToolCall tool)
    {
        var answer = await call.FirstAsync();
        if (!answer.IsGood)
        {
            return ToolResults.Refusal(tool.Tool, answer);
        }
        var checkedBy = await call.RunAsync(tool.First! with { Twin = Validation });
        var created = ToolRun.Data(answer);
        var draft = ToolResults.Element(writer =>
        {
            writer.WriteStartObject();
            foreach (var field in created.EnumerateObject())
            {
                field.WriteTo(writer);
            }
            writer.WriteStartArray("validationErrors");
            Write(writer, checkedBy);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        return ToolResults.Object(draft, rest: tool.Tool.Rest);
    }

    static void Write(Utf8JsonWriter writer, TwinAnswer checkedBy)
    {
        if (!checkedBy.IsGood)
        {
            Write(writer, "", "", "Could not be checked now. Use validate_post before it is scheduled.");
            return;
        }
        foreach (var page in ToolRun.Data(checkedBy).GetProperty("pages").EnumerateArray())
        {
            foreach (var error in page.GetProperty("errors").EnumerateArray())
            {
                Write(writer, page.GetProperty("pageId").GetString()!,
                    error.GetProperty("field").GetString()!, error.GetProperty("message").GetString()!);
            }
        }
    }

    static void Write(Utf8JsonWriter writer, string page, string field, string message)
    {
        writer.WriteStartObject();
        writer.WriteString("pageId", page);
        writer.WriteString("field", field);
        writer.WriteString("message", message);
        writer.WriteEndObject();
    }
}
