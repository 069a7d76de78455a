using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Planable.Doors.Mcp;

/// <summary>What an assistant can read without a tool: the workspaces, a week of a calendar, and labels.</summary>
static partial class McpResources
{
    const string Json = "application/json", Scheme = "planable://", All = Scheme + "workspaces";

    /// <summary>Days of a calendar, the characters of a post's text in it, and the most posts that it shows.</summary>
    const int Days = 7, TextLength = 120, MostPosts = 100;

    public static ListResourcesResult List() => new()
    {
        Resources =
        [
            new() { Uri = All, Name = "workspaces", Title = "Workspaces", Description = "The workspaces you can see.", MimeType = Json },
        ],
    };

    public static ListResourceTemplatesResult Templates() => new()
    {
        ResourceTemplates =
        [
            new()
            {
                UriTemplate = All + "/{id}/calendar/{date}", Name = "calendar", Title = "A week of the calendar", MimeType = Json,
                Description = "The posts of a workspace by day, for the seven days (UTC) that begin at a date such as 2030-01-31.",
            },
            new()
            {
                UriTemplate = All + "/{id}/labels", Name = "labels", Title = "Labels", MimeType = Json,
                Description = "The labels of a workspace.",
            },
        ],
    };

    public static async ValueTask<ReadResourceResult> ReadAsync(McpCall call, string uri, string? version)
    {
        var text = await TextAsync(call, uri) ?? throw new McpProtocolException(
            $"Unknown resource: '{uri}'",
            string.CompareOrdinal(version, "2026-07-28") >= 0 ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound)
        {
            Data = { ["uri"] = uri },
        };
        return new() { Contents = [new TextResourceContents { Uri = uri, MimeType = Json, Text = text }] };
    }

    static async Task<string?> TextAsync(McpCall call, string uri)
    {
        if (uri == All)
        {
            return Text(await call.RunAsync(TwinRequest.Get("/workspaces")));
        }
        var match = Known().Match(uri);
        if (!match.Success)
        {
            return null;
        }
        var (workspace, date) = (match.Groups["id"].Value, match.Groups["date"].Value);
        return date.Length == 0 ? Text(await call.RunAsync(TwinRequest.Get("/labels", null, ("workspaceId", workspace))))
            : DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
                && first <= DateOnly.MaxValue.AddDays(-Days)
                ? await CalendarAsync(call, workspace, first) : null;
    }

    static async Task<string?> CalendarAsync(McpCall call, string workspace, DateOnly first)
    {
        var last = first.AddDays(Days - 1);
        var (posts, cursor) = (new List<JsonElement>(), (string?)null);
        do
        {
            var answer = await call.RunAsync(TwinRequest.Get(
                "/posts", null,
                [
                    ("workspaceId", workspace), ("scheduledAfter", Text(first)), ("scheduledBefore", Text(last)), ("limit", "100"),
                    .. cursor is null ? [] : new (string, string?)[] { ("cursor", cursor) },
                ]));
            if (Root(answer) is not { } root)
            {
                return null;
            }
            posts.AddRange(root.GetProperty("data").EnumerateArray());
            cursor = root.GetProperty("pagination").TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null && posts.Count < MostPosts);
        return Encoding.UTF8.GetString(ToolResults.Write(writer => Write(writer, workspace, first, posts, cursor is not null)));
    }

    static void Write(Utf8JsonWriter writer, string workspace, DateOnly first, List<JsonElement> posts, bool isMore)
    {
        writer.WriteStartObject();
        writer.WriteString("workspaceId", workspace);
        writer.WriteStartArray("days");
        for (var day = first; day < first.AddDays(Days); day = day.AddDays(1))
        {
            writer.WriteStartObject();
            writer.WriteString("date", Text(day));
            writer.WriteStartArray("posts");
            foreach (var post in posts.Take(MostPosts).Where(post =>
                post.GetProperty("scheduledAt").GetString()!.StartsWith(Text(day), StringComparison.Ordinal)))
            {
                writer.WriteStartObject();
                foreach (var name in (string[])["id", "scheduledAt", "status", "type", "pageId"])
                {
                    writer.WriteString(name, post.GetProperty(name).GetString());
                }
                writer.WriteString("approval", post.GetProperty("approval").GetProperty("status").GetString());
                writer.WriteString("text", ToolText.Cut(post.GetProperty("plainText").GetString()!, TextLength));
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteBoolean("more", isMore || posts.Count > MostPosts);
        writer.WriteEndObject();
    }

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string? Text(TwinAnswer answer) => Root(answer) is { } root
        ? Encoding.UTF8.GetString(ToolResults.Write(writer => ToolResults.Copy(writer, root, Keep.Steps[0]))) : null;

    /// <summary>What an operation answered; null if there is no such thing for this caller.</summary>
    static JsonElement? Root(TwinAnswer answer)
    {
        if (answer.IsGood)
        {
            return JsonElement.Parse(answer.Body.Span);
        }
        return answer.Status is StatusCodes.Status404NotFound ? null : throw new McpProtocolException(
            JsonElement.Parse(answer.Body.Span).GetProperty("error").GetProperty("message").GetString()!, McpErrorCode.InvalidRequest);
    }

    [GeneratedRegex("^planable://workspaces/(?<id>[a-z0-9_]+)/(labels|calendar/(?<date>[0-9-]{10}))$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Known();
}
