using System.Diagnostics;
using Planable.Platform.Hosting;

namespace Planable.Cli;

/// <summary>Azurite, started through a launcher that stops it when its stdin closes, which also happens when this process dies.</summary>
sealed class AzuriteProcess
{
    const string Listening = "is successfully listening at ", Note = "Note: ";

    readonly Process launcher;

    AzuriteProcess(Process launcher)
    {
        this.launcher = launcher;
        Exited = launcher.WaitForExitAsync();
    }

    /// <summary>The blob, queue and table addresses that Azurite reported.</summary>
    public List<string> Endpoints { get; } = [];

    public Task Exited { get; }

    /// <summary>Null if a port is in use. With a first port of 0 the system chooses all three.</summary>
    public static async Task<AzuriteProcess?> StartAsync(
        string install, string[] options, int firstPort, CancellationToken cancellationToken)
    {
        var step = firstPort == 0 ? 0 : 1;
        string[] ports = ["--blobPort", $"{firstPort}", "--queuePort", $"{firstPort + step}", "--tablePort", $"{firstPort + 2 * step}"];
        string[] arguments = ["azurite.mjs", "--silent", "--disableTelemetry", "--skipApiVersionCheck", .. ports, .. options];
        var azurite = new AzuriteProcess(Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = install,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

        try
        {
            var errors = azurite.launcher.StandardError.ReadToEndAsync(CancellationToken.None);
            if (await azurite.IsListeningAsync(cancellationToken))
                return azurite;

            var complaint = await errors;
            await azurite.StopAsync(TimeSpan.FromSeconds(5));
            return complaint.Contains("EADDRINUSE") ? null : throw new StartupFailure($"Azurite could not start: {complaint.Trim()}");
        }
        catch (OperationCanceledException)
        {
            await azurite.StopAsync(TimeSpan.FromSeconds(20));
            throw;
        }
    }

    public async Task StopAsync(TimeSpan limit)
    {
        try
        {
            launcher.StandardInput.Close();
            await Exited.WaitAsync(limit);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            launcher.Kill(entireProcessTree: true);
        }
    }

    async Task<bool> IsListeningAsync(CancellationToken cancellationToken)
    {
        while (Endpoints.Count < 3)
        {
            if (await launcher.StandardOutput.ReadLineAsync(cancellationToken) is not { } line)
                return false;

            if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
                Endpoints.Add(line[(at + Listening.Length)..].Trim());
            else if (line.StartsWith(Note, StringComparison.Ordinal))
                await Console.Error.WriteLineAsync(line);
        }

        // Keep reading: a full pipe would block Azurite.
        _ = launcher.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return true;
    }
}
