using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Planable.Functions.Tests.Doors.OAuth;
using Planable.Functions.Tests.Settings;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>What the protocol's conformance suite says of the door, the authorisation server, and the pipeline with fixtures.</summary>
public sealed class ConformanceTests(AzuriteFixture fixture, DevelopmentApp development) : IClassFixture<DevelopmentApp>
{
    const string Newest = "2026-07-28", Before = "2025-11-25";

    static readonly string[] OfNewest =
    [
        "tools-list", "server-sse-multiple-streams", "sep-2164-resource-not-found", "input-required-result-missing-input-response",
        "input-required-result-unsupported-methods", "input-required-result-ignore-extra-params", "input-required-result-validate-input",
        "completion-complete", "resources-list", "prompts-list", "dns-rebinding-protection", "caching", "http-header-validation",
    ];

    static readonly string[] OfBefore =
    [
        "server-initialize", "logging-set-level", "ping", "tools-list", "server-sse-multiple-streams", "completion-complete",
        "resources-list", "resources-subscribe", "resources-unsubscribe", "prompts-list", "dns-rebinding-protection",
    ];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Newest)]
    [InlineData(Before)]
    public async Task The_door_passes_what_needs_no_fixture_and_fails_only_what_is_listed(string revision)
    {
        var app = fixture.App;
        var company = await TestCompany.CreateAsync(app);
        await using var proxy = await BearerProxy.StartAsync(app.BaseAddress, company.Token);

        var (code, output) = await McpNode.ConformanceAsync(new(proxy.BaseAddress, "/mcp"), revision, $"door-{revision}.yml");

        Assert.True(code == 0, output);
        Assert.All(revision == Newest ? OfNewest : OfBefore, scenario =>
            Assert.Matches($"✓ {scenario}: [0-9]+ passed, 0 failed", output));
    }

    [Theory]
    [InlineData(Newest, false, null)]
    [InlineData(Before, false, "fixtures-2025-11-25.yml")]
    [InlineData(Before, true, null)]
    public async Task With_the_fixtures_everything_required_passes_and_of_the_older_revision_what_needs_no_session(
        string revision, bool sessions, string? baseline)
    {
        await using var server = await ConformanceServer.StartAsync(sessions);

        var (code, output) = await McpNode.ConformanceAsync(server.Url, revision, baseline);

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task The_authorisation_server_passes()
    {
        var app = development.App;
        var redirect = $"http://127.0.0.1:{FreePort()}/callback";
        var company = await TestCompany.CreateAsync(app);
        var visitor = await Visitor.SignedInAsync(app, company, company.Owner);
        var client = await TestClient.RegisteredAsync(app, redirect);
        using var browser = new HttpClient();
        Uri? authorize = null;

        var (code, output) = await McpNode.ConformanceAsync(
            ["authorization", "--url", client.Issuer, "--client-id", client.Id, "-p", $"{new Uri(redirect).Port}",
                "--resource", client.Resource],
            async line =>
            {
                // The suite asks whoever runs it to open this in a browser, and then listens for the answer.
                if (line.StartsWith("http", StringComparison.Ordinal))
                {
                    authorize = new(line);
                }
                else if (line.StartsWith("Callback server started", StringComparison.Ordinal))
                {
                    Assert.Equal("/oauth/authorize", authorize!.AbsolutePath);
                    var answer = await client.ConsentAsync(visitor, authorize.Query);
                    (await browser.GetAsync(redirect + QueryString.Create(answer!), Cancel)).EnsureSuccessStatusCode().Dispose();
                }
            });

        Assert.True(code == 0, output);
        Assert.Contains("Total: 3 passed, 0 failed", output, StringComparison.Ordinal);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
