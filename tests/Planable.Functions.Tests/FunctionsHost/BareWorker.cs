using System.Diagnostics;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests;

/// <summary>The benchmarks' bare worker, published once for all tests that ask.</summary>
static class BareWorker
{
    static readonly Lazy<Task<string>> Folder = new(PublishAsync);

    public static Task<string> FolderAsync => Folder.Value;

    /// <summary>Beside the build, and not in its folders: both would think the other's restore theirs.</summary>
    static async Task<string> PublishAsync()
    {
        var repository = PublishedPackage.Repository.FullName;
        var artifacts = Path.Combine(repository, "artifacts", "worker");
        var output = Path.Combine(artifacts, "package");
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "publish", Path.Combine(repository, "tests", "Planable.Functions.Benchmarks", "Control", "Worker"),
                "-c", "Release", "-r", "linux-x64", "-p:PublishReadyToRun=true", "-v", "quiet",
                "--artifacts-path", artifacts, "--output", output,
            ])
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
}
