using System.Diagnostics;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Clients;

/// <summary>The linters and generators that <c>package.json</c> pins; npm installs them the first time.</summary>
static class NodeTools
{
    public static readonly string Folder =
        Path.Combine(PublishedPackage.Repository.FullName, "tests", "Planable.Functions.Tests", "Clients");

    static readonly string[] Unreachable = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH"];
    static readonly Lazy<Task<(int Code, string Output)>> Installed = new(InstallAsync);

    /// <summary>Runs a script of <c>package.json</c>.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string script, params (string Name, string Value)[] environment)
    {
        var (code, output) = await Installed.Value;
        Assert.SkipWhen(
            code != 0 && Array.Exists(Unreachable, sign => output.Contains(sign, StringComparison.Ordinal))
                && Environment.GetEnvironmentVariable("PLANABLE_ALL_ROUNDS") is null,
            "npm does not reach its registry.");
        Assert.True(code == 0, output);
        return await NpmAsync(["run", "--silent", script], environment);
    }

    static Task<(int Code, string Output)> InstallAsync()
    {
        var (wanted, has) = (Path.Combine(Folder, "package-lock.json"), Path.Combine(Folder, "node_modules", ".package-lock.json"));
        // npm writes the second one last.
        return File.GetLastWriteTimeUtc(has) > File.GetLastWriteTimeUtc(wanted) ? Task.FromResult((0, ""))
            : NpmAsync(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    }

    static async Task<(int Code, string Output)> NpmAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment.Concat([("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")]))
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
