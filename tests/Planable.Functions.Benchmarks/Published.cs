using System.Diagnostics;

namespace Planable.Functions.Benchmarks;

/// <summary>A program of this repository as it is deployed.</summary>
sealed record Published(string Executable)
{
    public string Folder => Path.GetDirectoryName(Executable)!;

    /// <summary>For this kind of machine, beside the framework that is installed on it.</summary>
    public static readonly string[] Native = ["-r", "linux-x64", "--no-self-contained", "-p:PublishReadyToRun=true"];

    static readonly string Repository = Find(AppContext.BaseDirectory);

    /// <param name="project">Its folder.</param>
    /// <param name="name">The executable's.</param>
    /// <param name="into">Where to put it.</param>
    /// <param name="options">Others than the project has of itself.</param>
    public static async Task<Published> PublishAsync(string project, string name, string into, params string[] options)
    {
        var folder = Path.Combine(into, name);
        Console.Error.WriteLine($"Publishing {name}…");
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "publish", project, "-c", "Release", "-v", "quiet", "--nologo", .. options,
                // Beside the build, and not in its folders: both would think the other's restore theirs.
                "--artifacts-path", Path.Combine(Repository, "artifacts", "benchmarks"), "-o", folder,
            ])
        {
            WorkingDirectory = Repository,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? new(Path.Combine(folder, name))
            : throw new InvalidOperationException($"{project} does not publish: {output}");
    }

    /// <summary>Starts it with nothing in its environment but what is said here.</summary>
    public RunningApp Start(params (string Name, string Value)[] environment) => RunningApp.Start(Executable, environment);

    static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Planable.Functions.slnx")) ? folder : Find(Path.GetDirectoryName(folder)
            ?? throw new InvalidOperationException("Run from the repository."));
}
