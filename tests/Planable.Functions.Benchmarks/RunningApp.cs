using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Planable.Functions.Benchmarks;

/// <summary>A started program, and a keep-alive client of it.</summary>
sealed class RunningApp : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    readonly Process _process;
    readonly int _port;
    readonly long _started;

    RunningApp(Process process, int port, long started)
    {
        (_process, _port, _started) = (process, port, started);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}") };
    }

    public HttpClient Http { get; }

    public static RunningApp Start(string executable, (string Name, string Value)[] environment)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = Path.GetDirectoryName(executable),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value.Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        // Read on, or a full pipe would stop it.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return new(process, port, started);
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes that it has allocated, if it was started with the hook that tells.</summary>
    public async Task<long> AllocatedAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint($"\0allocations-{_process.Id.ToString(CultureInfo.InvariantCulture)}"));
        using var answer = new StreamReader(new NetworkStream(socket));
        return long.Parse(await answer.ReadToEndAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes of it that are in memory.</summary>
    public Task<long> ResidentAsync() => StatusAsync("VmRSS:");

    /// <summary>The most bytes of it that ever were.</summary>
    public Task<long> PeakAsync() => StatusAsync("VmHWM:");

    /// <summary>Bytes of it that are in memory and are no pages of its program's files, which the system may drop at any time.</summary>
    public async Task<long> OwnAsync() => await StatusAsync("RssAnon:") + await StatusAsync("RssShmem:");

    async Task<long> StatusAsync(string name)
    {
        var status = await File.ReadAllLinesAsync($"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/status");
        var line = status.Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    public void Authorize(string token) => Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    /// <summary>Asks until it answers 200; how long that took since the process was started.</summary>
    public async Task<TimeSpan> FirstAnswerAsync(string path)
    {
        await ListeningAsync();
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(_started);
    }

    async Task ListeningAsync()
    {
        while (true)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(_started) < StartLimit)
            {
                await Task.Delay(Pause);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
