using System.Net.Sockets;
using System.Text;

namespace Planable.Functions.Tests;

/// <summary>Sends what no client library would.</summary>
static class RawRequest
{
    /// <summary>What is answered while this is sent; whoever answers early need not read the rest.</summary>
    public static async Task<string> SendAsync(App app, string token, string line, string headers = "", string body = "")
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(app.BaseAddress.Host, app.BaseAddress.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        var answer = new byte[10_000];
        var reading = ReadAsync();
        try
        {
            await stream.WriteAsync(
                Encoding.Latin1.GetBytes(
                    $"{line}\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{headers}\r\n{body}"),
                TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Cut off, after the answer.
        }
        return Encoding.UTF8.GetString(answer, 0, await reading);

        async Task<int> ReadAsync()
        {
            var length = 0;
            try
            {
                while (await stream.ReadAsync(answer.AsMemory(length), TestContext.Current.CancellationToken) is > 0 and var read)
                {
                    length += read;
                }
            }
            catch (IOException) when (length > 0)
            {
                // The same.
            }
            return length;
        }
    }
}
