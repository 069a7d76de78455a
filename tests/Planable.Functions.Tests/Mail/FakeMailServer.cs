using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Planable.Functions.Tests.Mail;

/// <summary>A mail as the server got it.</summary>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's recipient.</param>
sealed record ReceivedMail(string From, string To, byte[] Bytes)
{
    public MimeMessage Message => field ??= MimeMessage.Load(new MemoryStream(Bytes));

    public string Raw => Encoding.UTF8.GetString(Bytes);

    public string Subject => Message.Subject!;

    /// <summary>Its part in plain text.</summary>
    public string Text => Message.TextBody!;

    public string Html => Message.HtmlBody!;

    /// <summary>The path of the link that ends such mails.</summary>
    public string Unsubscribe => new Uri(Message.Headers[HeaderId.ListUnsubscribe]!.Trim('<', '>')).PathAndQuery;
}

/// <summary>A mail server: it wants a password, and takes mails until it is told not to.</summary>
sealed class FakeMailServer : IAsyncDisposable
{
    readonly ConcurrentQueue<ReceivedMail> _received = [];
    readonly CancellationTokenSource _stop = new();
    readonly string _credentials;
    TcpListener _listener = new(IPAddress.Loopback, 0);

    public FakeMailServer(string user, string password)
    {
        _credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = ServeAsync(_listener);
    }

    public int Port { get; }

    /// <summary>How often somebody has connected.</summary>
    public int Connections { get; private set; }

    /// <summary>Recipients that the server does not know.</summary>
    public ConcurrentBag<string> Unknown { get; } = [];

    /// <summary>A recipient who is to be tried later.</summary>
    public string? Busy { get; set; }

    public IReadOnlyCollection<ReceivedMail> All => _received;

    public ReceivedMail[] To(string address) => [.. _received.Where(mail => mail.To == address)];

    public void GoDown() => _listener.Stop();

    public void ComeUp()
    {
        _listener = new(IPAddress.Loopback, Port);
        _listener.Start();
        _ = ServeAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _stop.Dispose();
    }

    async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                _ = TalkAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is down.
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
        var (from, to, isKnown) = ("", "", false);
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME");
                    break;
                case "AUTH":
                    isKnown = line.EndsWith(" " + _credentials, StringComparison.Ordinal);
                    await writer.WriteLineAsync(isKnown ? "235 Welcome" : "535 Who is that?");
                    break;
                case "MAIL":
                    from = Address(line);
                    await writer.WriteLineAsync(isKnown ? "250 Yes" : "530 Sign in first");
                    break;
                case "RCPT":
                    to = Address(line);
                    await writer.WriteLineAsync(to == Busy ? "451 Later" : Unknown.Contains(to) ? $"550 There is no {to}" : "250 Yes");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 Go on");
                    _received.Enqueue(new(from, to, await ReadDataAsync(reader)));
                    await writer.WriteLineAsync("250 Thanks");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 Bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 Yes");
                    break;
            }
        }
    }

    async Task<byte[]> ReadDataAsync(StreamReader reader)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }
        return Encoding.Latin1.GetBytes(data.ToString());
    }

    static string Address(string line) => line.Split('<', '>')[1];
}
