using System.Text.Json;
using ModelContextProtocol.Protocol;
using Planable.Platform;

namespace Planable.Doors.Mcp;

/// <summary>Sums up the figures of posts.</summary>
static class PostSummaries
{
    public const string Input = """
        {"postIds":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":20,"description":"Published posts."}}
        """;

    public const string Output = """
        {"total":{"type":"object"},"posts":{"type":"array","items":{"type":"object","required":["postId","pageId","pageType","impressions",
        "engagement","reactions"],"properties":{"postId":{"type":"string"},"pageId":{"type":"string"},"pageType":{"type":"string"},
        "impressions":{"type":"integer"},"engagement":{"type":"integer"},"reactions":{"type":"integer"}}}},
        "withoutMetrics":{"type":"array","items":{"type":"object","required":["postId","reason"],"properties":{
        "postId":{"type":"string"},"reason":{"type":"string"}}}}}
        """;

    const string Path = "/posts/{id}/metrics";
    const int Most = 20;

    static readonly string[] Named = ["postId", "pageId", "pageType"], Summed = ["impressions", "engagement", "reactions"];

    /// <summary>The figures of the first post.</summary>
    public static TwinRequest? Begin(ToolCall tool) =>
        tool.Texts("postIds").FirstOrDefault(id => !BlankText.Is(id)) is { } id ? TwinRequest.Get(Path, id) : null;

    public static async Task<CallToolResult> RunAsync(McpCall call, ToolCall tool)
    {
        var ids = tool.Texts("postIds").Distinct(StringComparer.Ordinal).ToArray();
        var sent = tool.Arguments.GetProperty("postIds");
        if (sent.ValueKind is not JsonValueKind.Array || ids.Length is 0 or > Most || Array.Exists(ids, BlankText.Is)
            || sent.EnumerateArray().Any(one => one.ValueKind is not JsonValueKind.String))
        {
            call.Refused();
            return ToolResults.Refusal(tool.Tool, Problems.Invalid("postIds", $"Must be an array of 1 to {Most} ids."));
        }
        var answers = await Task.WhenAll(ids.Select((id, index) =>
            index == 0 ? call.FirstAsync() : call.RunAsync(TwinRequest.Get(Path, id))));
        // Posts that have no figures are told; but who may not see one, or nothing at all, is refused.
        if (Array.Find(answers, one => one.Status is not (< 300 or 400 or 404)) is { } refused)
        {
            return ToolResults.Refusal(tool.Tool, refused);
        }
        if (!Array.Exists(answers, one => one.IsGood))
        {
            return ToolResults.Refusal(tool.Tool, answers[0]);
        }
        return ToolResults.Object(ToolResults.Element(writer => Write(writer, ids, answers)));
    }

    static void Write(Utf8JsonWriter writer, string[] ids, TwinAnswer[] answers)
    {
        var posts = answers.Where(one => one.IsGood).Select(ToolRun.Data).ToArray();
        var total = new Figures();
        foreach (var (post, name) in posts.SelectMany(post => Summed.Select(name => (post, name))))
        {
            total.Add(name, post.GetProperty(name).GetInt64());
        }
        writer.WriteStartObject();
        total.Write(writer, "total");
        writer.WriteStartArray("posts");
        foreach (var post in posts)
        {
            writer.WriteStartObject();
            foreach (var name in Named.Concat(Summed))
            {
                writer.WritePropertyName(name);
                post.GetProperty(name).WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("withoutMetrics");
        foreach (var (id, answer) in ids.Zip(answers).Where(one => !one.Second.IsGood))
        {
            writer.WriteStartObject();
            writer.WriteString("postId", id);
            writer.WriteString("reason", JsonElement.Parse(answer.Body.Span).GetProperty("error").GetProperty("message").GetString());
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
