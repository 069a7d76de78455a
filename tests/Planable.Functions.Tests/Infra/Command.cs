using System.Diagnostics;

namespace Planable.Functions.Tests.Infra;

/// <summary>Another program, run to its end.</summary>
static class Command
{
    public sealed record Run(int Code, string Output, string Error);

    public static async Task<Run> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }
}
