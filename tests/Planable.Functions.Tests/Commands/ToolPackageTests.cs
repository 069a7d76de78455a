using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Commands;

/// <summary><c>planable</c> as a .NET tool: packed from what the tests were built with, installed and run outside the repository.</summary>
public sealed class ToolPackageTests(AzuriteFixture fixture) : IDisposable
{
    /// <summary>Most of it is SkiaSharp's native library, the API reference's script, and what MailKit and MCP need.</summary>
    const long MostBytes = 18_500_000;

    static readonly string[] Needed =
    [
        "azurite/azurite.mjs", "azurite/preload.js", "azurite/package.json", "azurite/package-lock.json", "host.json", "planable.dll",
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("planable-tool-").FullName;

    static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_packs_small_installs_and_runs()
    {
        var packages = Path.Combine(_folder, "packages");
        await DotnetAsync("pack", Path.Combine(PublishedPackage.Repository.FullName, "infra/cli"), "--no-build", "-c",
            Configuration, "-o", packages, "-v", "quiet");
        var package = Assert.Single(Directory.GetFiles(packages));
        Assert.InRange(new FileInfo(package).Length, 1, MostBytes);
        await using (var zip = await ZipFile.OpenReadAsync(package, TestContext.Current.CancellationToken))
        {
            string[] names = [.. zip.Entries.Select(entry => entry.FullName)];
            Assert.All(Needed, file => Assert.Contains("tools/net10.0/any/" + file, names));
            Assert.DoesNotContain(names, name => name.Contains("node_modules", StringComparison.Ordinal)
                || name.Contains(".azurefunctions", StringComparison.Ordinal));
            Assert.DoesNotContain(names,
                name => name.Contains("local.settings", StringComparison.Ordinal) || name.EndsWith(".pdb", StringComparison.Ordinal));
        }

        var tools = Path.Combine(_folder, "tools");
        await DotnetAsync("tool", "install", "planable", "--tool-path", tools, "--source", packages, "--no-cache");
        await using (var help = AppProcess.Start([Path.Combine(tools, "planable"), "--help"], _folder))
        {
            Assert.Equal((0, ""), await help.ExitAsync());
            Assert.Contains("storage", help.Output, StringComparison.Ordinal);
        }
        await using var list = AppProcess.Start(
            [Path.Combine(tools, "planable"), "company", "list", "--json"], _folder, ("AzureWebJobsStorage", fixture.ConnectionString));
        Assert.Equal((0, ""), await list.ExitAsync());
        Assert.NotNull(JsonNode.Parse(list.Output)!["data"]);
    }

    static async Task DotnetAsync(params string[] arguments)
    {
        using var dotnet = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            // The SDK that runs the tests tells its children where it is; theirs is found anew.
            Environment = { ["MSBUILD_EXE_PATH"] = null, ["MSBuildSDKsPath"] = null },
        })!;
        var said = await dotnet.StandardOutput.ReadToEndAsync();
        await dotnet.WaitForExitAsync();
        Assert.True(dotnet.ExitCode == 0, said);
    }
}
