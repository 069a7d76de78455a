using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The app as a process of its own, in a folder of its own.</summary>
sealed partial class AppProcess : IAsyncDisposable
{
    /// <summary>Long enough for a busy machine; a test that passes does not wait for it.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    static int _port = Random.Shared.Next(12_000, 30_000);

    readonly Process _process;
    readonly List<string> _lines = [];
    readonly Task<string> _errors;

    AppProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>What it has written down of the demo company.</summary>
    public JsonNode Demo { get; private set; } = null!;

    public string Output => string.Join('\n', _lines);

    /// <param name="environment">Added to ours; null takes a variable away.</param>
    public static AppProcess Start(string folder, params (string Name, string? Value)[] environment) =>
        Start(["dotnet", Path.Combine(AppContext.BaseDirectory, "planable.dll")], folder, environment);

    /// <param name="command">A program and its arguments.</param>
    public static AppProcess Start(string[] command, string folder, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PLANABLE_DATA"] = folder;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in App.Unlimited
            .Select(one => (one.Key.Replace(":", "__", StringComparison.Ordinal), (string?)one.Value)).Concat(environment))
        {
            start.Environment[name] = value;
        }
        return new(start);
    }

    /// <summary>The app with the demo company, as README starts it.</summary>
    public static async Task<AppProcess> StartDemoAsync(string folder, params (string Name, string? Value)[] environment)
    {
        var app = Start(folder, [("ASPNETCORE_ENVIRONMENT", "Development"), .. environment]);
        await app.LineAsync("    -d");
        app.Demo = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "demo.json")))!;
        return app;
    }

    /// <summary>Reads its output up to a line that begins with this.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            _lines.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }
        throw new InvalidOperationException($"It ended without '{beginning}'.\n{Output}\n{await _errors}");
    }

    /// <summary>The app as it is published for a machine of one's own, on this storage, and a client that waits for it to listen.</summary>
    public static async Task<(AppProcess Process, HttpClient Http)> StartPublishedAsync(
        string folder, string storage, params (string Name, string? Value)[] environment)
    {
        var executable = Path.Combine(await PublishedPackage.CliAsync, "planable");
        var url = $"http://127.0.0.1:{FreePort()}";
        var app = Start([executable], folder,
            [("ASPNETCORE_ENVIRONMENT", "Production"), ("ASPNETCORE_URLS", url), ("AzureWebJobsStorage", storage), .. environment]);
        return (app, app.Client(url));
    }

    /// <summary>A client whose calls wait until the process listens, or has ended.</summary>
    public HttpClient Client(string url) =>
        new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri(url), Timeout = Timeout.InfiniteTimeSpan };

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (!_process.HasExited)
            {
                socket.Dispose();
                await Task.Delay(10, cancel);
            }
        }
    }

    /// <summary>A port that nobody listens on, and below those that are given to whoever asks for any.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _port);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // The next, then.
            }
        }
    }

    /// <summary>Ends it as the host does, without notice.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM, which asks it to end.</summary>
    public void Terminate() => Assert.Equal(0, Kill(_process.Id, 15));

    /// <summary>Sends SIGINT, as Ctrl-C does; ignored by who is started with it ignored, as in a shell's background.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(_process.Id, 2));

    public async Task<(int Code, string Errors)> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var rest = _process.StandardOutput.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        _lines.Add(await rest);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
