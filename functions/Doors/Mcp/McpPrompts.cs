using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Planable.Doors.Mcp;

/// <summary>Tasks that a person can begin with a word.</summary>
static class McpPrompts
{
    public const string Argument = "workspaceId";

    static readonly (string Name, string Title, string Description, string Text)[] All =
    [
        ("plan_next_week", "Plan next week", "Proposes posts for the next seven days, and drafts those you agree to.",
            """
            Plan the next seven days for the Planable workspace {0}. Look at its pages (list_pages), its labels (list_labels), what is
            planned already (list_posts with scheduledAfter and scheduledBefore) and what went out lately (list_posts with postStatus
            PUBLISHED). Propose posts that fill the gaps: page, day and time, text. Show the plan first. Create drafts (create_post, or
            create_grouped_post for several pages) only for what I agree to, with scheduledAt, and correct what validationErrors says. Then
            tell me that the drafts wait in Planable to be scheduled.
            """),
        ("review_waiting", "Review what waits", "Goes through the posts that wait for approval.",
            """
            Go through the posts that wait for approval in the Planable workspace {0}: list_posts with approvalStatus PENDING, then with
            PARTIALLY_APPROVED. For each, show its page, date and text, read its comments (list_comments), and point out mistakes, unclear
            sentences and what its network would refuse (validate_post). Then ask me. Approve (approve_post), reject with a reason
            (reject_post) or comment (create_comment) only as I say.
            """),
        ("report_month", "Report a month", "Writes a report of the last full month's figures.",
            """
            Write a report of the last full calendar month for the Planable workspace {0}. Take its pages (list_pages) and sum up their
            figures (get_page_metrics_summary with compareToPrevious). Find the month's published posts (list_posts with postStatus
            PUBLISHED, scheduledAfter and scheduledBefore) and compare them (get_post_metrics_summary). Say what changed against the month
            before, which posts did best and why, which pages have no analytics, and what to try next. Do not make up figures.
            """),
    ];

    public static ListPromptsResult List() => new()
    {
        Prompts =
        [
            .. All.Select(one => new Prompt
            {
                Name = one.Name,
                Title = one.Title,
                Description = one.Description,
                Arguments = [new() { Name = Argument, Title = "Workspace", Description = "The id of the workspace.", Required = true }],
            }),
        ],
    };

    public static GetPromptResult Get(GetPromptRequestParams sent)
    {
        var prompt = Array.Find(All, one => one.Name == sent.Name);
        if (prompt.Name is null)
        {
            throw new McpProtocolException($"Unknown prompt: '{sent.Name}'", McpErrorCode.InvalidParams);
        }
        if (sent.Arguments?.TryGetValue(Argument, out var value) is not true || value.ValueKind is not JsonValueKind.String
            || value.GetString() is not { Length: > 0 and <= 100 } workspace)
        {
            throw new McpProtocolException($"{Argument}: Is required.", McpErrorCode.InvalidParams);
        }
        return new()
        {
            Description = prompt.Description,
            Messages =
            [
                new()
                {
                    Role = Role.User,
                    Content = new TextContentBlock { Text = prompt.Text.Replace("{0}", workspace, StringComparison.Ordinal) },
                },
            ],
        };
    }
}

/// <summary>Completes ids of workspaces, by the id or the name.</summary>
static class McpCompletions
{
    const int Most = 100;

    public static async ValueTask<CompleteResult> CompleteAsync(McpCall call, CompleteRequestParams sent)
    {
        var isWorkspace = sent.Ref is ResourceTemplateReference ? sent.Argument.Name == "id" : sent.Argument.Name == McpPrompts.Argument;
        if (!isWorkspace || await call.RunAsync(TwinRequest.Get("/workspaces")) is not { IsGood: true } answer)
        {
            return new() { Completion = new() { Values = [], Total = 0, HasMore = false } };
        }
        string[] found =
        [
            .. from workspace in JsonElement.Parse(answer.Body.Span).GetProperty("data").EnumerateArray()
               let id = workspace.GetProperty("id").GetString()!
               where id.StartsWith(sent.Argument.Value, StringComparison.Ordinal)
                   || workspace.GetProperty("name").GetString()!.StartsWith(sent.Argument.Value, StringComparison.OrdinalIgnoreCase)
               select id,
        ];
        return new() { Completion = new() { Values = [.. found.Take(Most)], Total = found.Length, HasMore = found.Length > Most } };
    }
}
