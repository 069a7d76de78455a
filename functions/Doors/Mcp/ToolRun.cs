using System.Globalization;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Planable.Platform;

namespace Planable.Doors.Mcp;

/// <summary>Runs a tool: its operation, and then its result as assistants read it.</summary>
static class ToolRun
{
    /// <summary>Characters that a result has besides its rows and their lines.</summary>
    const int Frame = 600;

    public static async ValueTask<CallToolResult> RunAsync(McpCall call, CallToolRequestParams sent)
    {
        // The arguments are those that the call was authenticated with.
        if (call.Tool is not { } tool || tool.Tool.Name != sent.Name)
        {
            throw new McpProtocolException($"Unknown tool: '{sent.Name}'", McpErrorCode.InvalidParams);
        }
        if (ToolArguments.Check(tool) is { } problem)
        {
            call.Refused();
            return ToolResults.Refusal(tool.Tool, problem);
        }
        return tool.Tool.Compose is { } compose ? await compose(call, tool)
            : tool.Tool.Parts is Parts.None ? await OneAsync(call, tool.Tool)
            : await ListAsync(call, tool);
    }

    static async Task<CallToolResult> OneAsync(McpCall call, McpTool tool)
    {
        var answer = await call.FirstAsync();
        return answer.IsGood ? ToolResults.Object(Data(answer), rest: tool.Rest) : ToolResults.Refusal(tool, answer);
    }

    /// <summary>What an operation answered, without the envelope of a single object.</summary>
    public static JsonElement Data(TwinAnswer answer) =>
        JsonElement.Parse(answer.Body.Span) is var root && root.TryGetProperty("data", out var data)
        && data.ValueKind is JsonValueKind.Object ? data : root;

    static async Task<CallToolResult> ListAsync(McpCall call, ToolCall tool)
    {
        var (answer, keep, fields) = (await call.FirstAsync(), Keep.Steps[0], tool.Tool.LineFields);
        while (true)
        {
            if (!answer.IsGood)
            {
                return ToolResults.Refusal(tool.Tool, answer);
            }
            var root = JsonElement.Parse(answer.Body.Span);
            var all = root.GetProperty("data").EnumerateArray();
            var (from, most) = (OffsetCursor.Read(tool.Tool.Parts is Parts.Cursor ? null : tool.Text("cursor")) ?? 0, int.MaxValue);
            if (tool.Tool.Parts is Parts.Whole && LimitOf(tool, out most) is { } wrong)
            {
                return ToolResults.Refusal(tool.Tool, wrong);
            }
            var rows = (tool.Tool.Parts is Parts.Whole ? all.Skip(from) : all)
                .Select(row => new Row(ToolResults.Row(row, keep), ToolText.Line(row, fields))).ToList();
            var fitting = Fitting(rows, most);
            if (rows.Count > 0 && fitting == 0 && most > 0)
            {
                keep = Keep.Steps[Array.IndexOf(Keep.Steps, keep) + 1];
                continue;
            }
            if (tool.Tool.Parts is Parts.Cursor && fitting < rows.Count)
            {
                // Only the operation knows the cursor after fewer rows.
                answer = await call.RunAsync(ToolArguments.Request(
                    tool, ("cursor", tool.Text("cursor")), ("limit", fitting.ToString(CultureInfo.InvariantCulture)))!);
                continue;
            }
            return Result(rows[..fitting], Next(tool.Tool.Parts, root, from, fitting, rows.Count));
        }
    }

    static Problem? LimitOf(ToolCall tool, out int limit)
    {
        limit = tool.Number("limit") ?? Limits.PageSize;
        return tool.Has("limit") && tool.Number("limit") is not (>= 1 and <= Limits.PageSize)
            ? Problems.Invalid("limit", $"Must be a whole number from 1 to {Limits.PageSize}.") : null;
    }

    static string? Next(Parts parts, JsonElement root, int from, int taken, int count)
    {
        if (parts is Parts.Cursor)
        {
            return root.GetProperty("pagination").TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        var hasMore = taken < count || (parts is Parts.Offset && root.GetProperty("pagination").GetProperty("hasMore").GetBoolean());
        return hasMore ? OffsetCursor.Of(from + taken) : null;
    }

    /// <summary>How many rows a result can have.</summary>
    static int Fitting(List<Row> rows, int most)
    {
        var (left, count) = (ToolResults.Most - Frame, 0);
        while (count < rows.Count && count < most && (left -= rows[count].Characters) >= 0)
        {
            count++;
        }
        return count;
    }

    static CallToolResult Result(List<Row> rows, string? next)
    {
        var json = ToolResults.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data");
            foreach (var row in rows)
            {
                writer.WriteRawValue(row.Json.Span, skipInputValidation: true);
            }
            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("nextCursor", next);
            }
            writer.WriteEndObject();
        });
        var text = string.Join('\n', rows.Select(row => row.Line));
        return ToolResults.Good(JsonElement.Parse(json), (rows.Count == 0 ? "Nothing here." : text)
            + (next is null ? "" : $"\nThere is more: call again with cursor {next}"));
    }

    /// <param name="Line">The row in words.</param>
    sealed record Row(ReadOnlyMemory<byte> Json, string Line)
    {
        public int Characters { get; } = ToolResults.Characters(Json.Span) + Line.Length + 2;
    }
}
