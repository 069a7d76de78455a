using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using static Planable.Functions.Tests.Http.Guarded;

namespace Planable.Functions.Tests.Http;

/// <summary>What addresses answer: slow, endless, false, broken. The server is real; what it sends need not be HTTP.</summary>
public sealed class GuardedAnswerTests : IDisposable
{
    readonly LoopbackServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(304, false)]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task A_status_is_reported_with_whether_it_is_transient(int status, bool isTransient)
    {
        using var client = Client(true);

        var failure = await FailAsync(client, _server.On("/a", $"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal($"The address answered {status}.", failure.Message);
        Assert.Equal(isTransient, failure.IsTransient);
        Assert.Null(failure.RetryAfter);
    }

    [Fact]
    public async Task When_to_try_again_is_told_where_the_address_says()
    {
        using var client = Client(true);
        var date = TimeProvider.System.GetUtcNow().AddMinutes(10).ToString("R");

        var seconds = await FailAsync(client, _server.On("/a", "HTTP/1.1 429 No\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n"));
        var until = await FailAsync(client, _server.On("/b", $"HTTP/1.1 503 No\r\nRetry-After: {date}\r\nContent-Length: 0\r\n\r\n"));
        var past = await FailAsync(
            client, _server.On("/c", "HTTP/1.1 503 No\r\nRetry-After: Mon, 01 Jan 2001 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal(TimeSpan.FromSeconds(90), seconds.RetryAfter);
        Assert.InRange(until.RetryAfter!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.Null(past.RetryAfter);
    }

    [Fact]
    public async Task What_cannot_be_reached_may_pass_and_a_name_that_does_not_exist_will_not()
    {
        using var client = Client(true, resolve: NoName);
        using var unsure = Client(true, resolve: (_, _) => throw new SocketException((int)SocketError.TryAgain));
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        var unreachable = await FailAsync(client, new Uri($"http://127.0.0.1:{port}/"));
        var nothing = await FailAsync(client, new Uri("http://nothing.example/"));
        var later = await FailAsync(unsure, new Uri("http://nothing.example/"));

        Assert.Equal(("The host cannot be reached.", true), (unreachable.Message, unreachable.IsTransient));
        Assert.Equal(("There is no host with that name.", false), (nothing.Message, nothing.IsTransient));
        Assert.Equal(("The host's name cannot be resolved.", true), (later.Message, later.IsTransient));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX: ")]
    [InlineData("")]
    public async Task Headers_that_come_too_slowly_are_cut(string begin)
    {
        using var client = Impatient();
        var url = _server.On("/slow", async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(begin), stop);
            await DripAsync(stream, stop);
        });

        await CutAsync(async () => await FailAsync(client, url));
    }

    [Fact]
    public async Task A_body_of_a_byte_at_a_time_is_cut()
    {
        using var client = Impatient();
        var url = _server.On("/slow", async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), stop);
            await DripAsync(stream, stop);
        });

        await CutAsync(async () => await BreakAsync(client, url));
    }

    [Fact]
    public async Task A_body_that_stops_is_cut()
    {
        using var client = Impatient();
        var url = _server.On("/stalled", async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome of it"u8.ToArray(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });

        await CutAsync(async () => await BreakAsync(client, url));
    }

    [Fact]
    public async Task A_body_without_end_is_cut_by_its_size_and_a_steady_one_by_time()
    {
        using var client = Client(true);
        using var impatient = Impatient(stall: TimeSpan.FromMinutes(1));
        var chunk = Encoding.Latin1.GetBytes("10000\r\n" + new string('a', 0x10000) + "\r\n");
        var fast = _server.On("/endless", (stream, stop) => EndlessAsync(stream, TimeSpan.Zero, stop));
        var steady = _server.On("/steady", (stream, stop) => EndlessAsync(stream, TimeSpan.FromMilliseconds(100), stop));

        var large = await BreakAsync(client, fast, most: 1024 * 1024);
        var took = await CutAsync(async () => await BreakAsync(impatient, steady));

        Assert.Equal("It is larger than 1 MB.", large.Message);
        Assert.False(large.IsTransient);
        Assert.True(took > Whole * 0.9, $"{took}");

        async Task EndlessAsync(NetworkStream stream, TimeSpan pause, CancellationToken stop)
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync(chunk, stop);
                await Task.Delay(pause, stop);
            }
        }
    }

    [Fact]
    public async Task A_file_that_says_it_is_too_large_is_not_read()
    {
        using var client = Client(true);

        var failure = await FailAsync(
            client, _server.On("/large", $"HTTP/1.1 200 OK\r\nContent-Length: {(100 * 1024 * 1024) + 1}\r\n\r\n"));

        Assert.Equal("It is larger than 100 MB.", failure.Message);
        Assert.False(failure.IsTransient);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nless than that")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n10\r\nless than that")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nless\r\nno chunk\r\n")]
    public async Task A_body_that_is_not_as_long_as_it_says_fails(string rest)
    {
        using var client = Client(true);

        await BreakAsync(client, _server.On("/short", "HTTP/1.1 200 OK\r\n" + rest));
    }

    [Fact]
    public async Task A_body_longer_than_it_says_ends_where_it_says()
    {
        using var client = Client(true);

        Assert.Equal("four", await ReadAsync(client, _server.On("/long", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour and more")));
        Assert.Equal("", await ReadAsync(client, _server.On("/empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
    }

    [Fact]
    public async Task Nothing_is_decompressed()
    {
        using var client = Client(true);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[50_000_000], TestContext.Current.CancellationToken);
        }
        var bomb = packed.ToArray();
        Func<NetworkStream, CancellationToken, Task> Send(string encoding) => async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{encoding}Content-Length: {bomb.Length}\r\n\r\n"), stop);
            await stream.WriteAsync(bomb, stop);
        };

        var failure = await FailAsync(client, _server.On("/declared", Send("Content-Encoding: GZip\r\n")));
        using var plain = await client.GetAsync(_server.On("/undeclared", Send("")), TestContext.Current.CancellationToken);
        using var read = new MemoryStream();
        await plain.Body.CopyToAsync(read, TestContext.Current.CancellationToken);

        Assert.Equal("The address answered with compressed content, which is not accepted.", failure.Message);
        Assert.Equal(bomb, read.ToArray());
        Assert.All(_server.Requests, request => Assert.Contains("Accept-Encoding: identity\n", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("220 mail.example ESMTP\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n")]
    public async Task What_is_not_http_is_refused(string answer)
    {
        using var client = Client(true);

        Assert.Equal("The address did not answer with valid HTTP.", (await FailAsync(client, _server.On("/a", answer))).Message);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        using var client = Client(true);

        var failure = await FailAsync(
            client, _server.On("/a", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 20_000)) + "\r\n"));

        Assert.Equal("The address did not answer with valid HTTP.", failure.Message);
    }

    [Fact]
    public async Task Neither_cookies_nor_traces_are_sent_and_a_proxy_is_not_asked()
    {
        using var client = Client(true);
        _server.On("/a", "HTTP/1.1 302 Found\r\nSet-Cookie: a=b\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
        _server.On("/b", "here"u8.ToArray());
        using var activity = new System.Diagnostics.Activity("A test").Start();

        Assert.Equal("here", await ReadAsync(client, new Uri(_server.Address, "/a")));

        Assert.All(_server.Requests, request =>
        {
            Assert.DoesNotContain("Cookie", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase);
            Assert.StartsWith("GET /", request, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Who_no_longer_wants_it_is_not_told_that_it_failed()
    {
        using var client = Client(true);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var url = _server.On("/stalled", (_, stop) => Task.Delay(Timeout.Infinite, stop));

        var get = client.GetAsync(url, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }

    static async Task DripAsync(NetworkStream stream, CancellationToken stop)
    {
        while (true)
        {
            await stream.WriteAsync("a"u8.ToArray(), stop);
            await Task.Delay(200, stop);
        }
    }
}
