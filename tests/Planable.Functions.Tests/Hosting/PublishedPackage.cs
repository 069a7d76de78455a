using System.Diagnostics;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The app as <c>dotnet publish functions</c> lays it out, published once for all tests that ask.</summary>
static class PublishedPackage
{
    static readonly Lazy<Task<string>> Folder = new(PublishAsync);

    public static Task<string> FolderAsync => Folder.Value;

    /// <summary>Beside the build, and not in its folders: both would think the other's restore theirs.</summary>
    static async Task<string> PublishAsync()
    {
        var repository = Repository(new DirectoryInfo(AppContext.BaseDirectory)).FullName;
        var artifacts = Path.Combine(repository, "artifacts");
        var output = Path.Combine(artifacts, "package");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", Path.Combine(repository, "functions"), "--artifacts-path", artifacts, "--output", output, "-v", "quiet"])
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

    public static DirectoryInfo Repository(DirectoryInfo folder) => folder.EnumerateFiles("*.sln").Any() ? folder : Repository(folder.Parent!);
}
