using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Planable.Functions.Tests.Secrets;

[assembly: AssemblyFixture(typeof(FakeKeyVault))]

namespace Planable.Functions.Tests.Secrets;

/// <summary>
/// Key Vault and the endpoint of managed identities, as they are documented. Each test has a vault of its own, at an address as in Azure:
/// the server is the HTTPS proxy through which it is reached, and has its certificate.
/// </summary>
public sealed class FakeKeyVault : IAsyncLifetime
{
    /// <summary>What the identity endpoint gives out, and the vaults take.</summary>
    public const string Bearer = "a-token-of-the-apps-identity";

    /// <summary>An identity that is not assigned to the app.</summary>
    public const string Nobody = "00000000-0000-0000-0000-000000000000";

    const string IdentityHeader = "known-to-the-app-only";

    readonly ConcurrentDictionary<string, FakeVault> _vaults = new(StringComparer.OrdinalIgnoreCase);
    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;
    readonly X509Certificate2 _certificate = Certificates.For("*.vault.azure.net");
    WebApplication _server = null!;
    HttpPipeline _pipeline = null!;
    string _proxy = null!, _identity = null!;

    string CertificateFile => Path.Combine(_folder, "certificate.pem");

    /// <summary>The identities that tokens were asked for; empty is the app's own.</summary>
    internal ConcurrentQueue<string> Identities { get; } = [];

    internal FakeVault New()
    {
        var vault = new FakeVault($"https://t{Guid.NewGuid():N}"[..24] + ".vault.azure.net");
        _vaults[new Uri(vault.Uri).Host] = vault;
        return vault;
    }

    /// <summary>For an app in this process: its calls to vaults come here.</summary>
    internal HttpPipelinePolicy Route => new Detour(_pipeline);

    /// <summary>For an app that is a process of its own.</summary>
    internal (string Name, string? Value)[] EnvironmentFor(FakeVault vault) =>
    [
        ("KeyVault__vaultUri", vault.Uri), ("HTTPS_PROXY", _proxy), ("SSL_CERT_FILE", CertificateFile),
        ("IDENTITY_ENDPOINT", _identity), ("IDENTITY_HEADER", IdentityHeader),
    ];

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(CertificateFile, _certificate.ExportCertificatePem());
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, proxy =>
            {
                proxy.Use(Tunnel);
                proxy.UseHttps(_certificate);
            });
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _server = builder.Build();
        _server.Run(http => http.Request.IsHttps ? _vaults[http.Request.Host.Host].AnswerAsync(http) : IdentityAsync(http));
        await _server.StartAsync();
        var ports = _server.Urls.Select(url => new Uri(url).Port).ToArray();
        (_proxy, _identity) = ($"http://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[1]}/msi/token");
        _pipeline = new(Certificates.Transport(_certificate, _proxy));
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", _identity);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", IdentityHeader);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    async Task IdentityAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (http.Request.Headers["X-IDENTITY-HEADER"] != IdentityHeader || query["api-version"] != "2019-08-01"
            || query["resource"] != "https://vault.azure.net" || query["client_id"] == Nobody)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        Identities.Enqueue(query["client_id"].ToString());
        await http.Response.WriteAsJsonAsync(new Dictionary<string, string?>
        {
            ["access_token"] = Bearer,
            ["client_id"] = query["client_id"],
            ["expires_on"] = $"{TimeProvider.System.GetUtcNow().AddHours(24).ToUnixTimeSeconds()}",
            ["resource"] = query["resource"],
            ["token_type"] = "Bearer",
        });
    }

    /// <summary>What a proxy does for HTTPS: takes CONNECT, and from then on is a wire to the vault.</summary>
    static ConnectionDelegate Tunnel(ConnectionDelegate next) => async connection =>
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        while (await input.ReadAsync() is var read)
        {
            if (End(read.Buffer) is { } end)
            {
                input.AdvanceTo(end);
                break;
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
        await output.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        await next(connection);

        static SequencePosition? End(ReadOnlySequence<byte> buffer)
        {
            var reader = new SequenceReader<byte>(buffer);
            return reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8) ? reader.Position : null;
        }
    };

    /// <summary>Sends what is for a vault by the way that leads here, and lets the rest pass.</summary>
    sealed class Detour(HttpPipeline pipelineHere) : HttpPipelinePolicy
    {
        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            message.Request.Uri.Host!.EndsWith(".vault.azure.net", StringComparison.Ordinal)
                ? pipelineHere.SendAsync(message, message.CancellationToken) : ProcessNextAsync(message, pipeline);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
