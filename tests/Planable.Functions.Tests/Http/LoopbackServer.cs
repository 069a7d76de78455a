using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Planable.Functions.Tests.Http;

/// <summary>An HTTP server that answers byte by byte as a test says: what it sends need not be HTTP, true, or ever end.</summary>
sealed class LoopbackServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<string, Func<NetworkStream, CancellationToken, Task>> _answers = new(StringComparer.Ordinal);

    public LoopbackServer()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The requests that came, as they came.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers a path, a connection at a time.</summary>
    /// <returns>Its URL.</returns>
    public Uri On(string path, Func<NetworkStream, CancellationToken, Task> answer)
    {
        _answers[path] = answer;
        return new Uri(Address, path);
    }

    public Uri On(string path, string answer) =>
        On(path, (stream, stop) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop).AsTask());

    public Uri On(string path, byte[] file) => On(path, async (stream, stop) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {file.Length}\r\n\r\n"), stop);
        await stream.WriteAsync(file, stop);
    });

    public Uri Redirect(string path, string location, int status = 302) =>
        On(path, $"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    async Task AnswerAsync(TcpClient client, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
                var request = new StringBuilder();
                while (await reader.ReadLineAsync(stop) is { Length: > 0 } line)
                {
                    request.Append(line).Append('\n');
                }
                Requests.Enqueue(request.ToString());
                var path = request.ToString().Split(' ').ElementAtOrDefault(1) ?? "";
                await (_answers.TryGetValue(path, out var answer) ? answer(stream, stop)
                    : stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop).AsTask());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // Who asked has gone, or the test is over.
            }
        }
    }
}
