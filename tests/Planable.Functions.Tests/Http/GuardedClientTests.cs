using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Planable.Hosting;
using Planable.Http;

namespace Planable.Functions.Tests.Http;

/// <summary>URLs that callers give: against a real server on loopback, which only Development may reach, and against hosts that must not be.</summary>
public sealed class GuardedClientTests : IDisposable
{
    readonly LoopbackServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("http://localhost/a.png")]
    [InlineData("http://localhost./a.png")]
    [InlineData("http://a.LOCALHOST:8080/a.png")]
    [InlineData("http://127.0.0.1/a.png")]
    [InlineData("https://127.255.255.254/a.png")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://100.100.100.200/latest/meta-data/")]
    [InlineData("http://169.254.169.254/metadata/instance?api-version=2021-02-01")]
    [InlineData("http://168.63.129.16/machine?comp=goalstate")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://172.31.255.255/")]
    [InlineData("http://192.0.0.192/")]
    [InlineData("http://192.0.2.1/")]
    [InlineData("http://192.88.99.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://198.18.0.1/")]
    [InlineData("http://198.19.255.255/")]
    [InlineData("http://198.51.100.1/")]
    [InlineData("http://203.0.113.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://240.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:8.8.8.8]/")]
    [InlineData("http://[::ffff:0:127.0.0.1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[64:ff9b::808:808]/")]
    [InlineData("http://[64:ff9b:1::1]/")]
    [InlineData("http://[100::1]/")]
    [InlineData("http://[2001::7f00:1]/")]
    [InlineData("http://[2001:2::1]/")]
    [InlineData("http://[2001:20::1]/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("http://[2002:7f00:1::1]/")]
    [InlineData("http://[3fff::1]/")]
    [InlineData("http://[5f00::1]/")]
    [InlineData("http://[fc00::1]/")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[fec0::1]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://0/")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://134744072/8.8.8.8")]
    [InlineData("http://010.8.8.8/")]
    [InlineData("http://127.0.0.1.:80/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData(@"http:\\127.0.0.1\")]
    [InlineData("http://someone@example.com/a.png")]
    [InlineData("http://someone:secret@example.com/a.png")]
    [InlineData("http://example.com:80@127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("file://example.com/a.png")]
    [InlineData("gopher://example.com/")]
    [InlineData("ftp://example.com/a.png")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("javascript:alert(1)")]
    [InlineData("//example.com/a.png")]
    [InlineData("/etc/passwd")]
    [InlineData("example.com/a.png")]
    [InlineData("http://")]
    [InlineData("http:///a.png")]
    [InlineData("")]
    public async Task A_url_that_can_never_be_fetched_is_known_before_anything_is_asked(string url)
    {
        using var client = Client(resolve: NoName);

        Assert.NotNull(client.WhyNot(url));

        if (Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            Assert.False((await FailAsync(client, parsed)).MayPass);
        }
    }

    [Theory]
    [InlineData("http://example.com/a.png")]
    [InlineData("https://example.com:8443/a%20b.png?c=d#e")]
    [InlineData("HTTPS://EXAMPLE.COM")]
    [InlineData(" http://example.com/a.png ")]
    [InlineData("http://müller.example/ä.png")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("http://172.15.0.1:80/172.32.0.1")]
    [InlineData("http://172.32.0.1")]
    [InlineData("http://100.63.255.255?a")]
    [InlineData("http://168.63.129.17#a")]
    [InlineData("http://192.0.1.1/")]
    [InlineData("http://198.20.0.1/")]
    [InlineData("http://223.255.255.255/")]
    [InlineData("http://[2606:4700:4700::1111]/")]
    [InlineData("http://[2001:4860:4860::8888]:80/")]
    [InlineData("http://localhost.example.com/")]
    public void A_public_url_is_worth_a_try(string url)
    {
        using var client = Client();

        Assert.Null(client.WhyNot(url));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("8.8.8.8", "192.168.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2606:4700:4700::1111", "fd00::1")]
    public async Task A_name_is_refused_whose_addresses_are_not_all_public(params string[] addresses)
    {
        using var client = Client(resolve: (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)));

        var failure = await FailAsync(client, new Uri("http://cdn.example/a.png"));

        Assert.Equal("The host has no public address.", failure.Message);
        Assert.False(failure.MayPass);
    }

    [Fact]
    public async Task A_name_that_turns_private_is_refused_at_its_next_connection_and_never_resolved_twice_for_one()
    {
        var asked = 0;
        using var client = Client(true, resolve: (_, _) => Task.FromResult<IPAddress[]>(
            [IPAddress.Parse(asked++ == 0 ? "127.0.0.1" : "10.0.0.1")]));
        var url = new UriBuilder(_server.On("/a", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na")) { Host = "rebinding.example" }.Uri;

        Assert.Equal("a", await ReadAsync(client, url));
        Assert.Equal(1, asked);
        Assert.Equal("The host has no public address.", (await FailAsync(client, url)).Message);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task The_host_that_gives_tokens_of_our_identity_is_refused_by_any_name()
    {
        Resolve resolve = (host, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "other.example" ? "127.0.0.2" : "127.0.0.1")]);
        using var byAddress = Client(true, resolve, ("IDENTITY_ENDPOINT", "http://127.0.0.1:41201/msi/token"));
        using var byName = Client(true, resolve, ("IDENTITY_ENDPOINT", "http://Identity.example/msi/token"));
        var port = _server.Address.Port;

        Assert.NotNull(byAddress.WhyNot($"http://127.0.0.1:{port}/"));
        Assert.NotNull(byName.WhyNot($"http://identity.EXAMPLE.:{port}/"));
        foreach (var client in new[] { byAddress, byName })
        {
            Assert.Equal("The host has no public address.", (await FailAsync(client, new Uri($"http://alias.example:{port}/"))).Message);
            Assert.Equal("The host cannot be reached.", (await FailAsync(client, new Uri("http://other.example:1/"))).Message);
        }
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("Production", "true")]
    [InlineData("Staging", "true")]
    [InlineData("Development", "false")]
    [InlineData("Development", null)]
    public async Task Loopback_is_reached_in_development_alone_and_only_where_that_is_set(string environment, string? allow)
    {
        var url = _server.On("/a", "a file"u8.ToArray());
        using var closed = Client(environment, allow, resolve: null);
        using var open = Client("Development", "true", resolve: null);

        Assert.NotNull(closed.WhyNot(url.ToString()));
        await FailAsync(closed, url);
        Assert.Empty(_server.Requests);
        Assert.Null(open.WhyNot(url.ToString()));
        Assert.Equal("a file", await ReadAsync(open, url));
    }

    [Fact]
    public async Task Redirects_are_followed_five_times_relative_ones_too()
    {
        using var client = Client(true);
        _server.On("/0", "there"u8.ToArray());
        _server.Redirect("/1", "0", 301);
        _server.Redirect("/2", "/1", 302);
        _server.Redirect("/3", $"//127.0.0.1:{_server.Address.Port}/2", 303);
        _server.Redirect("/4", new Uri(_server.Address, "/3").ToString(), 307);
        var fifth = _server.Redirect("/5", "?/../4", 308);
        _server.Redirect("/5?/../4", "/4");

        Assert.Equal("there", await ReadAsync(client, new Uri(_server.Address, "/4")));
        Assert.Equal("The address redirects more than 5 times.", (await FailAsync(client, fifth)).Message);
        Assert.Equal("The address redirects more than 5 times.", (await FailAsync(client, _server.Redirect("/round", "/round"))).Message);
    }

    [Theory]
    [InlineData("http://169.254.169.254/metadata/identity/oauth2/token")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("//[::ffff:169.254.169.254]/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://private.example/")]
    [InlineData("http://a:b@example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com/")]
    public async Task A_redirect_is_checked_like_the_first_address(string location)
    {
        using var client = Client(true, resolve: (host, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "private.example" ? "10.0.0.1" : "8.8.8.8")]));

        var failure = await FailAsync(client, _server.Redirect("/away", location));

        Assert.Contains("public", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.MayPass);
        Assert.Single(_server.Requests);
    }

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
    public async Task A_status_is_told_and_whether_it_may_pass(int status, bool mayPass)
    {
        using var client = Client(true);

        var failure = await FailAsync(client, _server.On("/a", $"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal($"The address answered {status}.", failure.Message);
        Assert.Equal(mayPass, failure.MayPass);
        Assert.Null(failure.RetryAfter);
    }

    [Fact]
    public async Task When_to_try_again_is_told_where_the_address_says()
    {
        using var client = Client(true);
        var date = TimeProvider.System.GetUtcNow().AddMinutes(10).ToString("R");

        var seconds = await FailAsync(client, _server.On("/a", "HTTP/1.1 429 No\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n"));
        var until = await FailAsync(client, _server.On("/b", $"HTTP/1.1 503 No\r\nRetry-After: {date}\r\nContent-Length: 0\r\n\r\n"));
        var past = await FailAsync(client, _server.On("/c", "HTTP/1.1 503 No\r\nRetry-After: Mon, 01 Jan 2001 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n"));

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

        Assert.Equal(("The host cannot be reached.", true), (unreachable.Message, unreachable.MayPass));
        Assert.Equal(("There is no host of that name.", false), (nothing.Message, nothing.MayPass));
        Assert.Equal(("The host's name cannot be resolved.", true), (later.Message, later.MayPass));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX: ")]
    [InlineData("")]
    public async Task Headers_that_come_too_slowly_are_cut(string begin)
    {
        using var client = Client(true);
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
        using var client = Client(true);
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
        using var client = Client(true);
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
        var chunk = Encoding.Latin1.GetBytes("10000\r\n" + new string('a', 0x10000) + "\r\n");
        var fast = _server.On("/endless", (stream, stop) => EndlessAsync(stream, TimeSpan.Zero, stop));
        var steady = _server.On("/steady", (stream, stop) => EndlessAsync(stream, TimeSpan.FromMilliseconds(100), stop));

        var large = await BreakAsync(client, fast, most: 1024 * 1024);
        var took = await CutAsync(async () => await BreakAsync(client, steady));

        Assert.Equal("It is larger than 1 MB.", large.Message);
        Assert.False(large.MayPass);
        Assert.InRange(took, Whole * 0.9, Whole * 4);

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

        var failure = await FailAsync(client, _server.On("/large", $"HTTP/1.1 200 OK\r\nContent-Length: {(100 * 1024 * 1024) + 1}\r\n\r\n"));

        Assert.Equal("It is larger than 100 MB.", failure.Message);
        Assert.False(failure.MayPass);
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

        Assert.Equal("The address sends it compressed, unasked.", failure.Message);
        Assert.Equal(bomb, read.ToArray());
        Assert.All(_server.Requests, request => Assert.Contains("Accept-Encoding: identity\n", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("220 mail.example ESMTP\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n")]
    public async Task What_is_not_http_is_refused(string answer)
    {
        using var client = Client(true);

        Assert.Equal("What the address answers is not valid HTTP.", (await FailAsync(client, _server.On("/a", answer))).Message);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        using var client = Client(true);

        var failure = await FailAsync(client, _server.On("/a", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 20_000)) + "\r\n"));

        Assert.Equal("What the address answers is not valid HTTP.", failure.Message);
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

    static TimeSpan Short => TimeSpan.FromSeconds(1);

    static TimeSpan Whole => TimeSpan.FromSeconds(3);

    static Task<IPAddress[]> NoName(string host, CancellationToken cancel) => throw new SocketException((int)SocketError.HostNotFound);

    static GuardedClient Client(bool allowLoopback = false, Resolve? resolve = null, params (string Key, string Value)[] settings) =>
        Client("Development", allowLoopback ? "true" : null, resolve, settings);

    static GuardedClient Client(string environment, string? allow, Resolve? resolve, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Fetch:AllowLoopback"] = allow,
            ["Fetch:AnswerTimeout"] = Short.ToString(),
            ["Fetch:StallTimeout"] = Short.ToString(),
            ["Fetch:Timeout"] = Whole.ToString(),
        }).AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return new(AppSettings.Read(configuration), new HostingEnvironment { EnvironmentName = environment }, resolve ?? Dns.GetHostAddressesAsync, TimeProvider.System);
    }

    static async Task DripAsync(NetworkStream stream, CancellationToken stop)
    {
        while (true)
        {
            await stream.WriteAsync("a"u8.ToArray(), stop);
            await Task.Delay(200, stop);
        }
    }

    static Task<FetchFailure> FailAsync(GuardedClient client, Uri url) =>
        Assert.ThrowsAsync<FetchFailure>(() => client.GetAsync(url, TestContext.Current.CancellationToken));

    /// <summary>Begins well, and fails before all of it is there.</summary>
    static async Task<FetchFailure> BreakAsync(GuardedClient client, Uri url, long most = Limits.File)
    {
        using var response = await client.GetAsync(url, TestContext.Current.CancellationToken, most);
        return await Assert.ThrowsAsync<FetchFailure>(() => response.Body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    /// <summary>Fails as too slow, in time.</summary>
    static async Task<TimeSpan> CutAsync(Func<Task<FetchFailure>> fail)
    {
        var watch = Stopwatch.StartNew();
        var failure = await fail();
        Assert.Equal(("The address answers too slowly.", true), (failure.Message, failure.MayPass));
        Assert.InRange(watch.Elapsed, Short * 0.9, Whole * 4);
        return watch.Elapsed;
    }

    static async Task<string> ReadAsync(GuardedClient client, Uri url)
    {
        using var response = await client.GetAsync(url, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
