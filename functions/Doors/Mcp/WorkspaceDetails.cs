using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Planable.Doors.Mcp;

/// <summary>Gives a workspace with its pages and the number of its posts.</summary>
static class WorkspaceDetails
{
    public const string Output = """
        {"pages":{"type":"array","items":{"type":"object","required":["id","name","platform","isConnected"],"properties":{
        "id":{"type":"string"},"name":{"type":"string"},"platform":{"type":"string"},"isConnected":{"type":"boolean"}}}},
        "morePages":{"type":"boolean"},"postCount":{"type":"integer"}}
        """;

    static readonly string[] Shown = ["id", "name", "platform", "isConnected"];

    public static async Task<CallToolResult> RunAsync(McpCall call, ToolCall tool)
    {
        var answer = await call.FirstAsync();
        if (!answer.IsGood)
        {
            return ToolResults.Refusal(tool.Tool, answer);
        }
        var id = tool.Text("workspaceId")!;
        var answers = await Task.WhenAll(
            call.RunAsync(TwinRequest.Get("/pages", null, ("workspaceId", id), ("limit", "100"))),
            call.RunAsync(TwinRequest.Get("/posts/count")));
        if (Array.Find(answers, one => !one.IsGood) is { } failed)
        {
            return ToolResults.Refusal(tool.Tool, failed);
        }
        var (workspace, pages) = (ToolRun.Data(answer), JsonElement.Parse(answers[0].Body.Span));
        var count = ToolRun.Data(answers[1]).GetProperty("workspaces").EnumerateArray()
            .Where(one => one.GetProperty("workspaceId").ValueEquals(id))
            .Select(one => one.GetProperty("count").GetInt32()).FirstOrDefault();
        return ToolResults.Object(ToolResults.Element(Write), rest: tool.Tool.Rest);

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            foreach (var field in workspace.EnumerateObject())
            {
                field.WriteTo(writer);
            }
            writer.WriteStartArray("pages");
            foreach (var page in pages.GetProperty("data").EnumerateArray())
            {
                writer.WriteStartObject();
                foreach (var field in page.EnumerateObject().Where(field => Shown.Contains(field.Name)))
                {
                    field.WriteTo(writer);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            if (pages.GetProperty("pagination").GetProperty("hasMore").GetBoolean())
            {
                writer.WriteBoolean("morePages", true);
            }
            writer.WriteNumber("postCount", count);
            writer.WriteEndObject();
        }
    }
}
