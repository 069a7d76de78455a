using System.Globalization;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Doors.Mcp;

/// <summary>Sums up the figures of pages over a period: those of their workspaces' summaries that are asked for.</summary>
static class PageSummaries
{
    public const string Input = """
        {"pageIds":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":20,
        "description":"The pages, of one workspace or of several."},
        "compareToPrevious":{"type":"boolean","description":"Whether to give also the total of the period before, of the same length."}}
        """;

    public const string Output = """
        {"startDate":{"type":"string"},"endDate":{"type":"string"},"total":{"type":"object"},"previousTotal":{"type":"object"},
        "pages":{"type":"array","items":{"type":"object","required":["pageId","pageName","pageType","days","figures"],"properties":{
        "pageId":{"type":"string"},"pageName":{"type":"string"},"pageType":{"type":"string"},"days":{"type":"integer"},
        "figures":{"type":"object"}}}},
        "unsupportedPages":{"type":"array","items":{"type":"object","required":["pageId","platform"],"properties":{
        "pageId":{"type":"string"},"platform":{"type":"string"}}}}}
        """;

    const string Path = "/workspaces/{id}/metrics/summary";
    const int Most = 20;

    /// <summary>The summary of the first page's workspace.</summary>
    public static TwinRequest? Begin(ToolCall tool) =>
        tool.Texts("pageIds").Select(WorkspaceOf).FirstOrDefault() is { } workspace
            ? Request(workspace, tool.Text("startDate"), tool.Text("endDate")) : null;

    public static async Task<CallToolResult> RunAsync(McpCall call, ToolCall tool)
    {
        var ids = tool.Texts("pageIds").Distinct(StringComparer.Ordinal).ToArray();
        if (Check(tool, ids) is { } problem)
        {
            call.Refused();
            return ToolResults.Refusal(tool.Tool, problem);
        }
        var (start, end) = (tool.Text("startDate")!, tool.Text("endDate")!);
        var workspaces = ids.Select(id => WorkspaceOf(id)!).Distinct(StringComparer.Ordinal).ToArray();
        List<JsonElement> summaries = [], pages = [];
        foreach (var (index, workspace) in workspaces.Index())
        {
            var answer = await (index == 0 ? call.FirstAsync() : call.RunAsync(Request(workspace, start, end)));
            if (!answer.IsGood)
            {
                return ToolResults.Refusal(tool.Tool, answer);
            }
            summaries.Add(ToolRun.Data(answer));
        }
        pages.AddRange(Picked(summaries, ids));
        var (unsupported, failed) = await UnsupportedAsync(call, tool, ids.Except(pages.Select(Id), StringComparer.Ordinal).ToArray());
        if (failed is not null)
        {
            return failed;
        }
        Figures? previous = null;
        if (tool.Has("compareToPrevious") && tool.Arguments.GetProperty("compareToPrevious").ValueKind is JsonValueKind.True)
        {
            (previous, failed) = await PreviousAsync(call, tool, workspaces, ids, summaries[0]);
            if (failed is not null)
            {
                return failed;
            }
        }
        return ToolResults.Object(ToolResults.Element(writer =>
        {
            writer.WriteStartObject();
            summaries[0].EnumerateObject().Where(one => one.Name is "startDate" or "endDate").ToList().ForEach(one => one.WriteTo(writer));
            Sum(pages).Write(writer, "total");
            previous?.Write(writer, "previousTotal");
            writer.WriteStartArray("pages");
            pages.ForEach(page => page.WriteTo(writer));
            writer.WriteEndArray();
            writer.WriteStartArray("unsupportedPages");
            foreach (var (id, platform) in unsupported!)
            {
                writer.WriteStartObject();
                writer.WriteString("pageId", id);
                writer.WriteString("platform", platform);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }

    static Problem? Check(ToolCall tool, string[] ids)
    {
        if (tool.Arguments.GetProperty("pageIds") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > Most
            || list.EnumerateArray().Any(one => one.ValueKind is not JsonValueKind.String))
        {
            return Problems.Invalid("pageIds", $"Must be an array of 1 to {Most} ids.");
        }
        return Array.FindIndex(ids, id => WorkspaceOf(id) is null) is >= 0 and var wrong
            ? Problems.NotFound("page", $"pageIds[{wrong}]")
            : tool.Has("compareToPrevious") && tool.Arguments.GetProperty("compareToPrevious").ValueKind
                is not (JsonValueKind.True or JsonValueKind.False) ? Problems.Invalid("compareToPrevious", "Must be true or false.") : null;
    }

    /// <summary>The networks of pages that no summary has.</summary>
    static async Task<(List<(string Id, string Platform)>?, CallToolResult?)> UnsupportedAsync(
        McpCall call, ToolCall tool, string[] missing)
    {
        List<(string, string)> found = [];
        foreach (var workspace in missing.Select(id => WorkspaceOf(id)!).Distinct(StringComparer.Ordinal))
        {
            var offset = 0;
            JsonElement root;
            do
            {
                var answer = await call.RunAsync(TwinRequest.Get(
                    "/pages", null, ("workspaceId", workspace), ("limit", "100"),
                    ("offset", offset.ToString(CultureInfo.InvariantCulture))));
                if (!answer.IsGood)
                {
                    return (null, ToolResults.Refusal(tool.Tool, answer));
                }
                root = JsonElement.Parse(answer.Body.Span);
                found.AddRange(root.GetProperty("data").EnumerateArray()
                    .Select(page => (page.GetProperty("id").GetString()!, page.GetProperty("platform").GetString()!))
                    .Where(page => missing.Contains(page.Item1)));
                offset += 100;
            }
            while (root.GetProperty("pagination").GetProperty("hasMore").GetBoolean());
        }
        return found.Count == missing.Length ? (found, null)
            : (null, ToolResults.Refusal(tool.Tool, Problems.NotFound(
                "page", missing.First(id => !found.Exists(one => one.Item1 == id)))));
    }

    static async Task<(Figures?, CallToolResult?)> PreviousAsync(
        McpCall call, ToolCall tool, string[] workspaces, string[] ids, JsonElement period)
    {
        var (start, end) = (Day(period, "startDate"), Day(period, "endDate"));
        var last = start.AddDays(-1);
        var first = last.AddDays(start.DayNumber - end.DayNumber);
        List<JsonElement> summaries = [];
        foreach (var workspace in workspaces)
        {
            var answer = await call.RunAsync(Request(workspace, Text(first), Text(last)));
            if (!answer.IsGood)
            {
                return (null, ToolResults.Refusal(tool.Tool, answer));
            }
            summaries.Add(ToolRun.Data(answer));
        }
        return (Sum(Picked(summaries, ids)), null);

        static DateOnly Day(JsonElement period, string name) =>
            DateOnly.Parse(period.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

        static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    static Figures Sum(IEnumerable<JsonElement> pages)
    {
        var sum = new Figures();
        foreach (var page in pages)
        {
            sum.Add(page.GetProperty("figures"));
        }
        return sum;
    }

    static IEnumerable<JsonElement> Picked(IEnumerable<JsonElement> summaries, string[] ids) =>
        summaries.SelectMany(one => one.GetProperty("pages").EnumerateArray()).Where(page => ids.Contains(Id(page)));

    static string Id(JsonElement page) => page.GetProperty("pageId").GetString()!;

    static string? WorkspaceOf(string page) =>
        IdKind.Page.TryParse(page, out var id) ? IdKind.Workspace.Format(id.Partition) : null;

    static TwinRequest Request(string workspace, string? start, string? end) =>
        TwinRequest.Get(Path, workspace, ("startDate", start), ("endDate", end));
}
