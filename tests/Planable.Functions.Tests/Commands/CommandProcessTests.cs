using System.Text.Json.Nodes;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Commands;

/// <summary>Commands as processes, as a newcomer runs them: on a folder, beside the app that runs there or without it.</summary>
public sealed class CommandProcessTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("planable-commands-").FullName;

    [Fact]
    public async Task Without_storage_settings_commands_and_app_share_the_folders_storage()
    {
        var company = (await RunAsync("company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email",
            "ada@example.com", "--plan", "Pro", "--json")).Text("id");

        await using (var app = AppProcess.Start(_folder, ("ASPNETCORE_ENVIRONMENT", "Development")))
        {
            var url = (await app.LineAsync("Planable.Functions is listening")).Split(' ')[^1];
            var token = (await RunAsync(
                "tokens", "issue", "--company", company, "--name", "First", "--scope", "Read", "--expires", "30d", "--json")).Text("text");
            Assert.StartsWith("pln_", token, StringComparison.Ordinal);
            var invited = await RunAsync("people", "invite", "--company", company, "--email", "ada@example.com", "--json");
            Assert.StartsWith(url + "/settings/invitation?code=", invited.Text("link"), StringComparison.Ordinal);
            app.Terminate();
            Assert.Equal(0, (await app.ExitAsync()).Code);
        }

        Assert.Equal(company, (await RunAsync("company", "list", "--json")).Ids().Single());
        Assert.Equal("First", (await RunAsync("tokens", "list", "--company", company, "--json"))["data"]!.AsArray().Single()!.Text("name"));
    }

    [Theory]
    [InlineData(2, "Unrecognized command", "nonsense")]
    [InlineData(2, "--name", "company", "create")]
    [InlineData(4, "AzureWebJobsStorage", "company", "list")]
    public async Task A_wrong_command_is_one_line_and_a_code(int code, string part, params string[] args)
    {
        await using var process = AppProcess.Start(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "planable.dll"), .. args], _folder, ("AzureWebJobsStorage", "nonsense"));

        var (exit, errors) = await process.ExitAsync();

        Assert.Equal(code, exit);
        Assert.Contains(part, errors, StringComparison.Ordinal);
        Assert.Equal("", process.Output);
    }

    async Task<JsonNode> RunAsync(params string[] args)
    {
        await using var process = AppProcess.Start(["dotnet", Path.Combine(AppContext.BaseDirectory, "planable.dll"), .. args], _folder);
        var (code, errors) = await process.ExitAsync();
        Assert.True(code == 0, errors);
        return JsonNode.Parse(process.Output)!;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
