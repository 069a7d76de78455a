using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Planable.Platform.Hosting;

namespace Planable.Cli;

/// <summary>Installs Azurite in the version that <c>infra/cli/azurite</c> pins, and checks that Node.js is there.</summary>
static class AzuriteInstall
{
    const string OrSetStorage = "or set AzureWebJobsStorage to a storage account";
    static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(200);

    public static string FindFolder(string start)
    {
        // In the repository all builds share one folder; an installed tool has its own.
        var root = new DirectoryInfo(start);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Planable.Functions.slnx")))
        {
            root = root.Parent;
        }
        var azurite = root is null ? Path.Combine(start, "azurite") : Path.Combine(root.FullName, "infra", "cli", "azurite");
        return File.Exists(Path.Combine(azurite, "azurite.mjs")) ? azurite : throw new StartupFailure(
            "No storage is configured, and Azurite's files are missing next to planable. Install planable again, " + OrSetStorage + ".");
    }

    public static async Task RequireNodeAsync(string command, CancellationToken cancellationToken)
    {
        var (_, output) = await RunAsync(command, ["--version"], Environment.CurrentDirectory, cancellationToken);
        var version = output.Trim();
        if (!Version.TryParse(version.TrimStart('v'), out var parsed) || parsed.Major < 20)
            throw new StartupFailure($"Local storage needs Node.js 20 or newer, but node is '{version}'. Update it, {OrSetStorage}.");
    }

    /// <param name="show">Receives the work in progress, and null when it has ended.</param>
    public static async Task EnsureAsync(string folder, Action<string?> show, CancellationToken cancellationToken)
    {
        if (IsInstalled(folder))
            return;

        using var held = await LockAsync(Path.Combine(folder, "install.lock"), cancellationToken);
        if (IsInstalled(folder))
            return;

        show("Installing Azurite, the storage emulator. This happens once and may take a minute");
        try
        {
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            var (exitCode, output) = await RunAsync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], folder, cancellationToken);
            if (exitCode != 0)
                throw new StartupFailure($"Azurite could not be installed (npm ci in {folder}): {FirstLines(output)}");
        }
        finally
        {
            show(null);
        }
    }

    // npm writes its hidden lock file last, so an interrupted installation does not count.
    static bool IsInstalled(string folder) =>
        PinnedVersion(Path.Combine(folder, "node_modules", ".package-lock.json")) is { } installed
        && installed == PinnedVersion(Path.Combine(folder, "package-lock.json"));

    static string? PinnedVersion(string lockFile)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(lockFile));
            return document.RootElement.GetProperty("packages").GetProperty("node_modules/azurite").GetProperty("version").GetString();
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException)
        {
            return null;
        }
    }

    static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(LockRetry, cancellationToken);
            }
        }
    }

    static async Task<(int ExitCode, string Output)> RunAsync(
        string command, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            using var killed = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        catch (Win32Exception)
        {
            throw new StartupFailure(
                $"Local storage needs Node.js 20 or newer, but '{command}' was not found. Install it, {OrSetStorage}.");
        }
    }

    // npm prints the cause first, and ends with advice.
    static string FirstLines(string output) =>
        string.Join(" | ", output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Replace("npm error ", "", StringComparison.Ordinal)).Take(4));
}
