using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>What the protocol's Inspector says of the door: it checks the schemas, and each result against its tool's.</summary>
public sealed class InspectorTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task The_Inspector_lists_everything_and_calls_every_tool(string era)
    {
        var ground = await McpGround.CreateAsync(_app);
        var arguments = ground.Arguments();
        string[] usual =
        [
            McpGround.Resource(_app), "--transport", "http", "--stored-auth-only", "--format", "json",
            "--header", "Authorization: Bearer " + ground.Company.Token, "--protocol-era", era, "--method",
        ];
        string[][] commands =
        [
            [.. usual, "tools/list", "--strict"],
            [.. usual, "resources/list"],
            [.. usual, "resources/templates/list"],
            [.. usual, "prompts/list"],
            .. arguments.Select(tool =>
                (string[])[.. usual, "tools/call", "--tool-name", tool.Key, "--tool-args-json", Json.Text(tool.Value)]),
        ];

        var answers = await McpNode.InspectAsync(commands);

        // What the strict check only warns of is an error here too.
        Assert.All(commands.Zip(answers), run => Assert.True(
            run.Second is { Code: 0, Errors: "" },
            $"{string.Join(' ', run.First.Skip(usual.Length))}: {run.Second.Code} {run.Second.Output} {run.Second.Errors}"));
        var tools = JsonNode.Parse(answers[0].Output)!["result"]!["tools"]!.AsArray();
        Assert.Equal(arguments.Keys.Order(StringComparer.Ordinal), tools.Select(tool => tool!.Text("name")).Order(StringComparer.Ordinal));
    }
}
