using System.Diagnostics;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Clients;

/// <summary>A folder of the tests whose <c>package.json</c> pins programs; npm installs them the first time.</summary>
sealed class NpmFolder
{
    static readonly string[] Unreachable = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH"];

    readonly Lazy<Task<(int Code, string Output)>> _installed;

    public NpmFolder(params string[] folders)
    {
        Path = System.IO.Path.Combine([PublishedPackage.Repository.FullName, "tests", "Planable.Functions.Tests", .. folders]);
        _installed = new(InstallAsync);
    }

    public string Path { get; }

    /// <summary>Installs; a test is skipped where npm does not reach its registry, but not where all rounds are run.</summary>
    public async Task InstalledAsync()
    {
        var (code, output) = await _installed.Value;
        Assert.SkipWhen(
            code != 0 && Array.Exists(Unreachable, sign => output.Contains(sign, StringComparison.Ordinal))
                && Environment.GetEnvironmentVariable("PLANABLE_ALL_ROUNDS") is null,
            "npm does not reach its registry.");
        Assert.True(code == 0, output);
    }

    public Task<(int Code, string Output)> NpmAsync(string[] arguments, params (string Name, string Value)[] environment) =>
        RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments, environment);

    /// <param name="input">What it reads from standard input.</param>
    /// <param name="line">Is told each line that it writes to standard output, as soon as it is there.</param>
    public async Task<(int Code, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment,
        string? input = null, Func<string, Task>? line = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path,
            UseShellExecute = false,
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (ReadAsync(process.StandardOutput, line, cancel), process.StandardError.ReadToEndAsync(cancel));
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            // First, because it may fail while the program waits.
            var written = await output + await errors;
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, written);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    static async Task<string> ReadAsync(StreamReader reader, Func<string, Task>? line, CancellationToken cancel)
    {
        if (line is null)
        {
            return await reader.ReadToEndAsync(cancel);
        }
        var all = new System.Text.StringBuilder();
        while (await reader.ReadLineAsync(cancel) is { } one)
        {
            all.AppendLine(one);
            await line(one);
        }
        return all.ToString();
    }

    Task<(int Code, string Output)> InstallAsync()
    {
        var (wanted, has) =
            (System.IO.Path.Combine(Path, "package-lock.json"), System.IO.Path.Combine(Path, "node_modules", ".package-lock.json"));
        // npm writes the second one last.
        return File.GetLastWriteTimeUtc(has) > File.GetLastWriteTimeUtc(wanted) ? Task.FromResult((0, ""))
            : NpmAsync(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    }
}
