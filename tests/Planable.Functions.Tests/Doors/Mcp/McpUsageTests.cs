using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>Calls of tools are counted with those of their operations.</summary>
public sealed class McpUsageTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task A_call_of_a_tool_counts_as_a_call_of_its_operation()
    {
        var company = await TestCompany.CreateAsync(fixture.App);
        var app = App.Start(fixture.ConnectionString, settings: App.CallsOnly);
        var client = new McpClient(app, company.Token);
        await client.GoodAsync("list_labels", new { workspaceId = company.WorkspaceId });
        await client.RefusedAsync("list_labels", new { workspace = company.WorkspaceId });
        await client.RefusedAsync("get_post", new { postId = "pst_x" });
        await client.ResultAsync("tools/list");

        // An instance that stops writes what it counted.
        await app.DisposeAsync();

        await Eventually.TrueAsync(async () => (await company.Client.GetAsync("/usage").OkAsync())["data"]!.AsArray().Count > 0, "usage");
        var calls = (await company.Client.GetAsync("/usage").OkAsync())["data"]![0]!["calls"]!.AsArray()
            .Select(one => $"{one!["group"]} {one["succeeded"]} {one["refused"]}").ToArray();
        Assert.Equal(["Labels 1 1", "MCP 1 0", "Posts 0 1"], calls);
    }
}
