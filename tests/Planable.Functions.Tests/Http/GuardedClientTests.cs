using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Planable.Platform.Http;
using static Planable.Functions.Tests.Http.Guarded;

namespace Planable.Functions.Tests.Http;

/// <summary>
/// URLs that callers give: against a real server on loopback, which only Development may reach,
/// and against hosts that must not be.
/// </summary>
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
    [InlineData("http://xn--zzzzzzz-é/")]
    [InlineData("http://")]
    [InlineData("http:///a.png")]
    [InlineData("")]
    public async Task A_url_that_can_never_be_fetched_is_known_before_anything_is_asked(string url)
    {
        using var client = Client(resolve: NoName);

        Assert.NotNull(client.Check(url));

        if (Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            Assert.False((await FailAsync(client, parsed)).IsTransient);
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

        Assert.Null(client.Check(url));
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
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task A_name_that_turns_private_is_refused_at_its_next_connection_and_never_resolved_twice_for_one()
    {
        var asked = 0;
        using var client = Client(true, resolve: (_, _) => Task.FromResult<IPAddress[]>(
            [IPAddress.Parse(asked++ == 0 ? "127.0.0.1" : "10.0.0.1")]));
        var url = new UriBuilder(_server.On("/a", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na"))
        {
            Host = "rebinding.example",
        }.Uri;

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

        Assert.NotNull(byAddress.Check($"http://127.0.0.1:{port}/"));
        Assert.NotNull(byName.Check($"http://identity.EXAMPLE.:{port}/"));
        foreach (var client in new[] { byAddress, byName })
        {
            Assert.Equal("The host has no public address.", (await FailAsync(client, new Uri($"http://alias.example:{port}/"))).Message);
            Assert.Equal("The host cannot be reached.", (await FailAsync(client, new Uri("http://other.example:1/"))).Message);
        }
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("Production", "true", false)]
    [InlineData("Staging", "true", false)]
    [InlineData("Development", "false", false)]
    [InlineData("Development", null, false)]
    [InlineData("Development", "true", true)]
    public void Loopback_is_reached_in_development_alone_and_only_where_that_is_set(string environment, string? allow, bool reached)
    {
        var builder = LocalApp.CreateBuilder(environment);
        builder.Configuration.AddInMemoryCollection(
            [new("Fetch:AllowLoopback", allow), new("AzureWebJobsStorage", "UseDevelopmentStorage=true"), new("IDENTITY_ENDPOINT", "")]);
        builder.AddPlanableHere();
        using var services = builder.Services.BuildServiceProvider();
        var client = services.GetRequiredService<GuardedClient>();

        Assert.Equal(reached, client.Check("http://127.0.0.1:7071/a") is null);
        Assert.Equal(reached, client.Check("http://localhost:7071/a") is null);
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
        using var client = Client(true,
            resolve: (host, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "private.example" ? "10.0.0.1" : "8.8.8.8")]));

        var failure = await FailAsync(client, _server.Redirect("/away", location));

        Assert.Contains("public", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Single(_server.Requests);
    }
}
