using System.Text.Json.Nodes;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>What an assistant reads and does without tools.</summary>
public sealed class ResourceTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_week_of_the_calendar_shows_posts_by_day()
    {
        var company = await TestCompany.CreateAsync(_app);
        string[] dates =
            ["2031-01-05T23:59:59Z", "2031-01-06T00:00:00Z", "2031-01-08T10:00:00Z", "2031-01-12T23:59:59Z", "2031-01-13T00:00:00Z"];
        foreach (var date in dates)
        {
            await company.MakeAsync(company.Post(date).With("scheduledAt", date));
        }

        var week = await ReadAsync(company, $"planable://workspaces/{company.WorkspaceId}/calendar/2031-01-06");

        var days = week["days"]!.AsArray();
        Assert.Equal(7, days.Count);
        Assert.Equal(("2031-01-06", "2031-01-12"), (days[0]!.Text("date"), days[6]!.Text("date")));
        Assert.Equal(dates[1..4], days.SelectMany(day => day!["posts"]!.AsArray()).Select(post => post!.Text("text")));
        Assert.Equal(dates[2], days[2]!["posts"]![0]!.Text("text"));
    }

    [Fact]
    public async Task Workspaces_and_labels_can_be_read()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        await company.Client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "Launch", color = "fog" }).CreatedAsync();

        Assert.Equal(2, (await ReadAsync(company, "planable://workspaces"))["data"]!.AsArray().Count);
        Assert.Equal("Launch", (await ReadAsync(
            company, $"planable://workspaces/{company.WorkspaceId}/labels"))["data"]![0]!.Text("name"));
    }

    [Theory]
    [InlineData("planable://workspaces/wks_x/labels")]
    [InlineData("planable://workspaces/{own}/calendar/2031-13-01")]
    [InlineData("planable://workspaces/{own}/calendar/9999-12-31")]
    [InlineData("planable://workspaces/{foreign}/labels")]
    [InlineData("planable://workspaces/{own}/posts")]
    [InlineData("test://unknown")]
    public async Task What_is_not_there_is_an_error_of_the_protocol(string uri)
    {
        var (company, foreign) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));
        uri = uri.Replace("{own}", company.WorkspaceId, StringComparison.Ordinal)
            .Replace("{foreign}", foreign.WorkspaceId, StringComparison.Ordinal);
        var client = new McpClient(_app, company.Token);

        foreach (var (version, code) in new[] { (McpClient.Old, -32002), (McpClient.New, -32602) })
        {
            Assert.Equal(code, (await client.AnswerAsync("resources/read", new() { ["uri"] = uri }, version))["error"]!.Number("code"));
        }
    }

    [Fact]
    public async Task A_workspace_that_the_person_may_not_see_is_refused()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var person = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[1], [Permission.VIEW])));
        var client = new McpClient(_app, await company.TokenAsync(creator: person));

        var answer = await client.AnswerAsync("resources/read", new() { ["uri"] = $"planable://workspaces/{company.WorkspaceId}/labels" });

        Assert.Contains("no access", answer["error"]!.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_name_the_workspace_and_tools_that_there_are()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = new McpClient(_app, company.Token);

        foreach (var prompt in (await client.ResultAsync("prompts/list"))["prompts"]!.AsArray())
        {
            var got = await client.ResultAsync("prompts/get", new()
            {
                ["name"] = prompt!.Text("name"),
                ["arguments"] = new JsonObject { ["workspaceId"] = company.WorkspaceId },
            });
            var text = got["messages"]![0]!["content"]!.Text("text");
            Assert.Contains(company.WorkspaceId, text, StringComparison.Ordinal);
            Assert.All(System.Text.RegularExpressions.Regex.Matches(text, "[a-z]+_[a-z_]+", default, TimeSpan.FromSeconds(1))
                .Select(match => match.Value).Where(name => !name.StartsWith("wks_", StringComparison.Ordinal)),
                name => Assert.Contains(name, Planable.Doors.Mcp.ToolCatalog.All.Keys));
            Assert.Equal(-32602, (await client.AnswerAsync(
                "prompts/get", new() { ["name"] = prompt!.Text("name") }))["error"]!.Number("code"));
        }
    }

    [Theory]
    [InlineData("ref/resource", "uri", "planable://workspaces/{id}/labels", "id")]
    [InlineData("ref/prompt", "name", "plan_next_week", "workspaceId")]
    public async Task Ids_of_workspaces_are_completed(string type, string key, string reference, string argument)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);

        foreach (var (typed, count) in new[] { ("", 2), (company.WorkspaceId, 1), ("Workspace 1", 1), ("nothing", 0) })
        {
            var completed = await new McpClient(_app, company.Token).ResultAsync("completion/complete", new()
            {
                ["ref"] = new JsonObject { ["type"] = type, [key] = reference },
                ["argument"] = new JsonObject { ["name"] = argument, ["value"] = typed },
            });
            Assert.Equal(count, completed["completion"]!["values"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task Every_revision_is_greeted_with_what_the_server_is()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = new McpClient(_app, company.Token);

        foreach (var version in new[] { "2025-06-18", McpClient.Old })
        {
            var greeting = await client.ResultAsync("initialize", new()
            {
                ["protocolVersion"] = version,
                ["capabilities"] = new JsonObject(),
                ["clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
            }, version);
            Assert.Equal((version, "planable"), (greeting.Text("protocolVersion"), greeting["serverInfo"]!.Text("name")));
            Assert.Contains("draft", greeting.Text("instructions"), StringComparison.Ordinal);
            Assert.Equal(["completions", "prompts", "resources", "tools"],
                greeting["capabilities"]!.Names().Where(name => name is not "logging"));
        }
        var discovered = await client.ResultAsync("server/discover", version: McpClient.New);
        Assert.Contains(McpClient.New, discovered["supportedVersions"]!.ToJsonString(), StringComparison.Ordinal);
    }

    async Task<JsonNode> ReadAsync(TestCompany company, string uri) => JsonNode.Parse(
        (await new McpClient(_app, company.Token).ResultAsync("resources/read", new() { ["uri"] = uri }))["contents"]![0]!.Text("text"))!;
}
