using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Planable.Rpc;

/// <summary>A published worker as a process, started as its worker.config.json says.</summary>
sealed class WorkerProcess : IDisposable
{
    readonly Process _process;

    public WorkerProcess(string package, string workerId, Uri server, IEnumerable<(string Name, string? Value)> environment)
    {
        _process = new() { StartInfo = StartOf(package, workerId, server, environment) };
        _process.OutputDataReceived += (_, said) => Keep(Output, said.Data);
        _process.ErrorDataReceived += (_, said) => Keep(Errors, said.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Id = _process.Id;
    }

    public int Id { get; }

    public ConcurrentQueue<string> Output { get; } = new();

    public ConcurrentQueue<string> Errors { get; } = new();

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes, by a name of /proc/…/status.</summary>
    public long Memory(string figure)
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(figure + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(figure.Length + 1).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);
    }

    /// <summary>SIGKILL, for it alone.</summary>
    public void Kill() => _process.Kill();

    public async Task<int> ExitAsync(CancellationToken cancel = default)
    {
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    public void Dispose() => _process.Dispose();

    static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    static ProcessStartInfo StartOf(string package, string workerId, Uri server, IEnumerable<(string Name, string? Value)> environment)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(package, "worker.config.json")));
        var description = config.RootElement.GetProperty("description");
        var executable = description.GetProperty("defaultExecutablePath").GetString()!;
        var requestId = Guid.NewGuid().ToString();
        var longest = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        // Old workers read the first five, today's the other four.
        var start = new ProcessStartInfo(
            executable.Replace("{WorkerRoot}", package + Path.DirectorySeparatorChar, StringComparison.Ordinal),
            [
                Path.Combine(package, description.GetProperty("defaultWorkerPath").GetString()!),
                "--host", server.Host, "--port", server.Port.ToString(CultureInfo.InvariantCulture),
                "--workerId", workerId, "--requestId", requestId, "--grpcMaxMessageLength", longest,
                "--functions-uri", server.AbsoluteUri, "--functions-worker-id", workerId, "--functions-request-id", requestId,
                "--functions-grpc-max-message-length", longest,
            ])
        {
            WorkingDirectory = package,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (string, string?)[] key =
        [
            ("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated"),
            ("FUNCTIONS_WORKER_DIRECTORY", package),
            ("FUNCTIONS_APPLICATION_DIRECTORY", package),
            // An SDK that runs the tests tells its children where it is; a worker has no use for that.
            ("MSBUILD_EXE_PATH", null), ("MSBuildSDKsPath", null),
        ];
        foreach (var (name, value) in key.Concat(environment))
        {
            start.Environment[name] = value;
        }
        return start;
    }
}
