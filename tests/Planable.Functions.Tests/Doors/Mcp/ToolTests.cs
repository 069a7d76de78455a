using System.Globalization;
using System.Text.Json.Nodes;
using Json.Schema;
using Planable.Content.Posts;
using Planable.Doors.Mcp;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>What each tool takes and gives.</summary>
public sealed class ToolTests(AzuriteFixture fixture)
{
    const int MostListed = 48_000, MostGiven = 25_000;

    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_are_listed_in_one_order_and_within_their_size()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = new McpClient(_app, company.Token);

        var (first, second) = (await client.ResultAsync("tools/list"), await client.ResultAsync("tools/list", version: McpClient.New));

        var tools = first["tools"]!.AsArray();
        Assert.Equal(ToolCatalog.InOrder.Select(tool => tool.Name), tools.Select(tool => tool!.Text("name")));
        Assert.Equal(tools.ToJsonString(), second["tools"]!.ToJsonString());
        var sizes = tools.Select(tool => (Name: tool!.Text("name"), Size: Decoded(tool!))).OrderByDescending(one => one.Size).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine($"{sizes.Sum(one => one.Size)} characters: {string.Join(", ", sizes)}");
        Assert.True(sizes.Sum(one => one.Size) <= MostListed, string.Join('\n', sizes));
        foreach (var tool in tools.Select(tool => tool!))
        {
            Assert.NotEmpty(tool.Text("title"));
            Assert.InRange(tool.Text("description").Length, 20, 400);
            Assert.False(tool["inputSchema"]!["additionalProperties"]!.GetValue<bool>());
            Assert.All(tool["inputSchema"]!["properties"]!.AsObject(), one =>
                Assert.True(one.Value!["description"] is not null, $"{tool.Text("name")} {one.Key}"));
            Assert.DoesNotContain("\"type\":[", tool.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("$ref", tool.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(McpClient.Old)]
    [InlineData(McpClient.New)]
    public async Task Every_tool_succeeds_and_gives_what_its_schema_says(string version)
    {
        var ground = await McpGround.CreateAsync(_app);
        var client = new McpClient(_app, ground.Company.Token);
        var tools = await McpGround.ToolsAsync(_app, ground.Company.Token);
        var arguments = ground.Arguments();
        Assert.Equal(tools.Keys.Order(StringComparer.Ordinal), arguments.Keys.Order(StringComparer.Ordinal));
        List<string> wrong = [];

        foreach (var (tool, sent) in arguments)
        {
            wrong.AddRange(Errors(tools[tool]["inputSchema"]!, JsonNode.Parse(Json.Text(sent))!).Select(error => $"{tool} takes {error}"));
            var result = await client.CallAsync(tool, sent, version);
            if (result["isError"]?.GetValue<bool>() is true)
            {
                wrong.Add(McpClient.TextOf(result));
                continue;
            }
            Assert.Equal("text", Assert.Single(result["content"]!.AsArray())!.Text("type"));
            Assert.NotEmpty(McpClient.TextOf(result));
            wrong.AddRange(Errors(tools[tool]["outputSchema"]!, result["structuredContent"]!)
                .Select(error => $"{tool} gives {error} in {result["structuredContent"]!.ToJsonString()}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_wrong_argument_is_told_by_the_name_that_the_tool_has_for_it()
    {
        var ground = await McpGround.CreateAsync(_app);
        var client = new McpClient(_app, ground.Company.Token);
        var workspaceId = ground.Company.WorkspaceId;

        Assert.Contains("wokspaceId: Is not an argument of this tool. It takes workspaceId, pageId,",
            await client.RefusedAsync("list_posts", new { wokspaceId = workspaceId }), StringComparison.Ordinal);
        Assert.Contains("postStatus: Must be one of: NO_DATE_SET,",
            await client.RefusedAsync("list_posts", new { workspaceId, postStatus = "DRAFT" }), StringComparison.Ordinal);
        Assert.Contains("workspaceId: Is required.", await client.RefusedAsync("list_posts"), StringComparison.Ordinal);
        Assert.Contains("postId: Is required.", await client.RefusedAsync("get_post"), StringComparison.Ordinal);
        Assert.Contains("postId: Must be a string.", await client.RefusedAsync("get_post", new { postId = 5 }), StringComparison.Ordinal);
        Assert.Contains("pageId: Is required.",
            await client.RefusedAsync("create_post", new { workspaceId, text = "A text" }), StringComparison.Ordinal);
        Assert.Contains("text: Must be a string.",
            await client.RefusedAsync("update_post", new { postId = ground.Post, text = 1 }), StringComparison.Ordinal);
        Assert.Contains("limit: ", await client.RefusedAsync("list_labels", new { workspaceId, limit = 0 }), StringComparison.Ordinal);
        Assert.Contains("cursor: Not a cursor", await client.RefusedAsync("list_pages", new { cursor = "x" }), StringComparison.Ordinal);
        Assert.Contains("There is no such post.",
            await client.RefusedAsync("get_post", new { postId = "pst_x" }), StringComparison.Ordinal);
        Assert.Contains("pageIds[1]: There is no such page.", await client.RefusedAsync(
            "get_page_metrics_summary",
            new { pageIds = new[] { ground.Page, "x" }, startDate = "2026-03-01", endDate = "2026-03-02" }), StringComparison.Ordinal);
        Assert.Contains("publishAtScheduledDate: Is not an argument", await client.RefusedAsync(
            "create_post", new { workspaceId, pageId = ground.Page, publishAtScheduledDate = true }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_tool_is_an_error_of_the_protocol()
    {
        var company = await TestCompany.CreateAsync(_app);

        var answer = await new McpClient(_app, company.Token).AnswerAsync("tools/call", McpClient.Call("delete_workspace", null));

        Assert.Equal(-32602, answer["error"]!.Number("code"));
    }

    [Theory]
    [InlineData("list_posts", 100)]
    [InlineData("list_posts", 7)]
    public async Task Nothing_is_lost_on_the_way_through_long_posts(string tool, int limit)
    {
        var company = await TestCompany.CreateAsync(_app, pages: 1);
        var now = TimeProvider.System.GetUtcNow();
        var posts = Enumerable.Range(0, 100).Select(number => company.StoredPost(
            new string((char)('а' + (number % 30)), number % 3 == 0 ? 20_000 : 300), now.AddSeconds(-number))).ToArray();
        await _app.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, posts, now, Cancel);
        var client = new McpClient(_app, company.Token);
        List<string> seen = [];
        string? cursor = null;

        do
        {
            var result = await client.CallAsync(tool, cursor is null
                ? new { workspaceId = company.WorkspaceId, limit } : new { workspaceId = company.WorkspaceId, limit, cursor });
            Assert.InRange(Decoded(result["structuredContent"]!) + McpClient.TextOf(result).Length, 1, MostGiven);
            var page = result["structuredContent"]!.Ids();
            Assert.InRange(page.Length, 1, limit);
            Assert.All(result["structuredContent"]!["data"]!.AsArray(), post => Assert.InRange(post!.Text("plainText").Length, 1, 1_001));
            seen.AddRange(page);
            cursor = result["structuredContent"]!["nextCursor"]?.GetValue<string>();
            Assert.True(cursor is null || McpClient.TextOf(result).EndsWith(cursor, StringComparison.Ordinal));
        }
        while (cursor is not null);

        Assert.Equal(100, seen.Count);
        Assert.Equal(posts.Select(post => post.Id).Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_long_text_is_given_in_pieces()
    {
        var company = await TestCompany.CreateAsync(_app);
        var text = string.Concat(Enumerable.Range(0, 3_000).Select(number =>
            number.ToString("D4", CultureInfo.InvariantCulture) + "😀 "));
        var post = (await company.MakeAsync(company.Post(text)))[0];
        var client = new McpClient(_app, company.Token);
        var (whole, from) = ("", (int?)0);

        while (from is not null)
        {
            var result = await client.CallAsync("get_post", new { postId = post, textFrom = from });
            Assert.InRange(Decoded(result["structuredContent"]!) + McpClient.TextOf(result).Length, 1, MostGiven);
            Assert.Equal(text.Trim().Length, result["structuredContent"]!.Number("textLength"), 1.0);
            whole += result["structuredContent"]!.Text("plainText");
            from = result["structuredContent"]!["textNext"]?.GetValue<int>();
        }

        Assert.Equal((await company.ReadAsync(post)).Text("plainText"), whole);
    }

    [Fact]
    public async Task A_list_without_cursors_of_its_own_is_given_in_parts_too()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 3, pages: 3);
        var client = new McpClient(_app, company.Token);

        foreach (var (tool, more) in new[] { ("list_workspaces", 3), ("list_pages", 9) })
        {
            List<string> seen = [];
            JsonNode part;
            do
            {
                part = await client.GoodAsync(tool, seen.Count == 0 ? new { limit = 2 } : new { limit = 2, cursor = Cursor });
                seen.AddRange(part.Ids());
                Cursor = part["nextCursor"]?.GetValue<string>() ?? "";
            }
            while (Cursor.Length > 0);
            Assert.Equal(more, seen.Distinct().Count());
            Assert.Equal(more, seen.Count);
        }
    }

    [Fact]
    public async Task A_draft_is_created_with_what_its_network_would_refuse()
    {
        var company = await TestCompany.CreateAsync(_app);
        var instagram = await company.PageAsync("instagram");
        var client = new McpClient(_app, company.Token);

        var created = await client.GoodAsync(
            "create_grouped_post",
            new { workspaceId = company.WorkspaceId, pageIds = new[] { instagram, company.PageIds[0] }, text = "Hi" });

        Assert.Equal(2, created["posts"]!.AsArray().Count);
        Assert.Equal(instagram, Assert.Single(created["validationErrors"]!.AsArray())!.Text("pageId"));
        var good = await client.GoodAsync(
            "create_post", new { workspaceId = company.WorkspaceId, pageId = company.PageIds[0], text = "Ho" });
        Assert.Empty(good["validationErrors"]!.AsArray());
    }

    [Fact]
    public async Task Summaries_add_up_what_they_can_and_name_the_rest()
    {
        var ground = await McpGround.CreateAsync(_app);
        var universal = await ground.Company.PageAsync("universal");
        var client = new McpClient(_app, ground.Company.Token);

        var pages = await client.GoodAsync("get_page_metrics_summary", new
        {
            pageIds = new[] { ground.Page, universal },
            startDate = "2026-03-01",
            endDate = "2026-03-31",
            compareToPrevious = true,
        });
        var posts = await client.GoodAsync("get_post_metrics_summary", new { postIds = new[] { ground.Post, ground.Published } });

        Assert.Equal(500, pages["total"]!.Number("impressions"));
        Assert.Equal(ground.Page, Assert.Single(pages["pages"]!.AsArray())!.Text("pageId"));
        var unsupported = Assert.Single(pages["unsupportedPages"]!.AsArray())!;
        Assert.Equal((universal, "universal"), (unsupported.Text("pageId"), unsupported.Text("platform")));
        Assert.Empty(pages["previousTotal"]!.AsObject());
        Assert.Equal(100, posts["total"]!.Number("impressions"));
        Assert.Equal(ground.Post, Assert.Single(posts["withoutMetrics"]!.AsArray())!.Text("postId"));
    }

    string Cursor { get; set; } = "";

    /// <summary>Characters of JSON as it is read.</summary>
    static int Decoded(JsonNode node) =>
        node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Length;

    static IEnumerable<string> Errors(JsonNode schema, JsonNode value)
    {
        var result = JsonSchema.FromText(schema.ToJsonString()).Evaluate(value, new() { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : result.Details.Where(one => one.HasErrors)
            .Select(one => $"{one.InstanceLocation}: {string.Join(' ', one.Errors!.Values)}");
    }
}
