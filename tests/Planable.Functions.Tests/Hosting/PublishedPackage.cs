using System.Diagnostics;

namespace Planable.Functions.Tests.Hosting;

/// <summary>
/// What is published, once for all tests that ask: the functions' package,
/// and <c>planable</c> as fast as it starts where it is installed.
/// </summary>
static class PublishedPackage
{
    static readonly Lazy<Task<string>> Functions = new(() => PublishAsync("functions", "package"));
    static readonly Lazy<Task<string>> Cli = new(() => PublishAsync("infra/cli", "planable", Native));
    static readonly Lazy<Task<string>> Worker = new(
        () => PublishAsync("tests/Planable.Functions.Benchmarks/Control/Worker", "worker", Native));

    static string[] Native => ["-r", "linux-x64", "--no-self-contained", "-p:PublishReadyToRun=true"];

    /// <summary>The script root, as <c>dotnet publish functions</c> lays it out.</summary>
    public static Task<string> FolderAsync => Functions.Value;

    /// <summary>The folder of <c>planable</c>.</summary>
    public static Task<string> CliAsync => Cli.Value;

    /// <summary>The benchmarks' bare worker.</summary>
    public static Task<string> BareWorkerAsync => Worker.Value;

    public static DirectoryInfo Repository { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Beside the build and each other, and not in the same folders: each would think another's restore its own.</summary>
    static async Task<string> PublishAsync(string project, string name, params string[] options)
    {
        var artifacts = Path.Combine(Repository.FullName, "artifacts", name);
        var output = Path.Combine(artifacts, "published");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }
        string[] command = ["publish", Path.Combine(Repository.FullName, project), "--artifacts-path", artifacts,
            "--output", output, "-v", "quiet", .. options];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", command)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            // The SDK that runs the tests tells its children where it is; theirs is found anew.
            Environment = { ["MSBUILD_EXE_PATH"] = null, ["MSBuildSDKsPath"] = null },
        })!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? output : throw new InvalidOperationException(said);
    }

    static DirectoryInfo Find(DirectoryInfo folder) => folder.EnumerateFiles("*.slnx").Any() ? folder : Find(folder.Parent!);
}
