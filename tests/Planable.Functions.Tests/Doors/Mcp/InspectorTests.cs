using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Functions.Tests.Media;
using Planable.Functions.Tests.Metrics;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>What the protocol's Inspector says of the door: it checks the schemas, and each result against its tool's.</summary>
public sealed class InspectorTests(MediaGround ground) : IClassFixture<MediaGround>
{
    readonly App _app = ground.App;

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task The_Inspector_lists_everything_and_calls_every_tool(string era)
    {
        var company = await TestCompany.CreateAsync(
            _app, approval: new() { Type = ApprovalType.REQUIRED, AutoLock = false, AutoSchedule = false });
        var arguments = await ArgumentsAsync(company);
        string[] usual =
        [
            new Uri(_app.BaseAddress, "/mcp").ToString(), "--transport", "http", "--stored-auth-only", "--format", "json",
            "--header", "Authorization: Bearer " + company.Token, "--protocol-era", era, "--method",
        ];
        string[][] commands =
        [
            [.. usual, "tools/list", "--strict"],
            [.. usual, "resources/list"],
            [.. usual, "resources/templates/list"],
            [.. usual, "prompts/list"],
            .. arguments.Select(tool => (string[])[.. usual, "tools/call", "--tool-name", tool.Key, "--tool-args-json", tool.Value]),
        ];

        var answers = await McpNode.InspectAsync(commands);

        Assert.All(commands.Zip(answers), run => Assert.True(
            run.Second is { Code: 0, Errors: "" },
            $"{string.Join(' ', run.First.Skip(usual.Length))}: {run.Second.Code} {run.Second.Output} {run.Second.Errors}"));
        var tools = JsonNode.Parse(answers[0].Output)!["result"]!["tools"]!.AsArray();
        Assert.Equal(arguments.Keys.Order(StringComparer.Ordinal), tools.Select(tool => tool!.Text("name")).Order(StringComparer.Ordinal));
    }

    /// <summary>What each tool is called with, as JSON; a company has for it what it takes.</summary>
    async Task<Dictionary<string, string>> ArgumentsAsync(TestCompany company)
    {
        var (workspaceId, pageId) = (company.WorkspaceId, company.PageIds[0]);
        var posts = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ => (await company.MakeAsync())[0]));
        await company.CommentAsync(posts[0]);
        var published = (await company.PublishedAsync(_app)).Id;
        await company.SyncAsync("/posts/" + published);
        await company.SyncAsync("/pages/" + pageId);
        var media = (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0];
        await MediaGround.SettledAsync(company, media);
        var today = TimeProvider.System.GetUtcNow();
        var (startDate, endDate) = ($"{today.AddDays(-30):yyyy-MM-dd}", $"{today:yyyy-MM-dd}");
        return new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["list_workspaces"] = new { },
            ["get_workspace_details"] = new { workspaceId },
            ["list_pages"] = new { workspaceId },
            ["list_members"] = new { workspaceId },
            ["list_labels"] = new { workspaceId },
            ["create_label"] = new { workspaceId, text = "Launch", color = "fog" },
            ["list_posts"] = new { workspaceId, limit = 2 },
            ["get_post"] = new { postId = posts[0] },
            ["get_post_counts"] = new { },
            ["validate_post"] = new { workspaceId, pageIds = company.PageIds, text = "Hello" },
            ["create_post"] = new { workspaceId, pageId, text = "Hello" },
            ["create_grouped_post"] = new { workspaceId, pageIds = company.PageIds, text = "Hello" },
            ["update_post"] = new { postId = posts[0], text = "Hello again" },
            ["approve_post"] = new { postId = posts[1] },
            ["reject_post"] = new { postId = posts[2] },
            ["list_comments"] = new { postId = posts[0] },
            ["create_comment"] = new { postId = posts[0], text = "Good" },
            ["list_media"] = new { workspaceId },
            ["get_media"] = new { mediaId = media },
            ["upload_media_from_url"] = new { workspaceId, mediaUrls = new[] { ground.Serve(MediaGround.Png()) } },
            ["get_page_metrics"] = new { pageId, startDate, endDate },
            ["get_page_metrics_summary"] = new { pageIds = company.PageIds, startDate, endDate },
            ["get_post_metrics"] = new { postId = published },
            ["get_post_metrics_summary"] = new { postIds = new[] { published } },
            ["refresh_page_metrics"] = new { pageId },
        }.ToDictionary(tool => tool.Key, tool => Json.Text(tool.Value), StringComparer.Ordinal);
    }
}
