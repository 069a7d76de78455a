using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Web;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Time.Testing;
using Planable.Content.Media;

namespace Planable.Functions.Tests.Media;

/// <summary>
/// Links as they are in Azure, where the app has an identity and no key:
/// signed with a key that storage gives it for some days.
/// </summary>
public sealed class DelegatedLinkTests : IAsyncLifetime
{
    const string Path = "wks/picture";

    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;
    readonly X509Certificate2 _certificate = Certificates.For("127.0.0.1");
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    readonly HttpClient _http;
    AzuriteProcess _azurite = null!;

    public DelegatedLinkTests() => _http = Certificates.Client(_certificate);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (certificate, key) = (System.IO.Path.Combine(_folder, "certificate.pem"), System.IO.Path.Combine(_folder, "key.pem"));
        await File.WriteAllTextAsync(certificate, _certificate.ExportCertificatePem(), Cancel);
        await File.WriteAllTextAsync(key, _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Cancel);
        var install = AzuriteInstall.FindFolder(AppContext.BaseDirectory);
        await AzuriteInstall.EnsureAsync(install, _ => { }, Cancel);
        _azurite = (await AzuriteProcess.StartAsync(
            install, ["--inMemoryPersistence", "--oauth", "basic", "--cert", certificate, "--key", key], 0, Cancel))!;
        var container = Instance().Service.GetBlobContainerClient("media");
        await container.CreateAsync(cancellationToken: Cancel);
        await container.GetBlobClient(Path).UploadAsync(BinaryData.FromString("a picture"), new BlobUploadOptions
        {
            HttpHeaders = new() { ContentType = "image/png", ContentDisposition = "attachment" },
        }, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _azurite.StopAsync(TimeSpan.FromSeconds(20));
        _http.Dispose();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_instance_gives_the_same_link_all_day_and_it_reads_that_blob_and_nothing_else()
    {
        var (one, other) = (Instance(), Instance());
        _time.SetUtcNow(new(_time.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero));
        var link = await one.Links.DayLinkAsync(Path, Cancel);

        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(link, await one.Links.DayLinkAsync(Path, Cancel));
        Assert.Equal(link, await other.Links.DayLinkAsync(Path, Cancel));
        Assert.Equal((1, 1), (one.Keys, other.Keys));
        var says = HttpUtility.ParseQueryString(new Uri(link).Query);
        Assert.True(DateTimeOffset.Parse(says["se"]!, null) >= _time.GetUtcNow().AddDays(1), "It holds for a day at any time of the day.");
        Assert.Equal((says["se"], "r", "b"), (says["ske"], says["sp"], says["sr"]));

        using var read = await _http.GetAsync(new Uri(link), Cancel);
        Assert.Equal((HttpStatusCode.OK, "a picture"), (read.StatusCode, await read.Content.ReadAsStringAsync(Cancel)));
        Assert.Equal(("image/png", "attachment"),
            (read.Content.Headers.ContentType!.MediaType, read.Content.Headers.ContentDisposition!.DispositionType));
        using var elsewhere = await _http.GetAsync(new Uri(link.Replace("picture", "another", StringComparison.Ordinal)), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(link));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(link, await one.Links.DayLinkAsync(Path, Cancel));
        Assert.Equal(2, one.Keys);
    }

    [Fact]
    public async Task A_link_to_upload_writes_and_reads_nothing()
    {
        var path = MediaBlobs.UploadPath("wks", "own");
        var link = await Instance().Links.UploadLinkAsync(path, _time.GetUtcNow() + MediaLinks.UploadLifetime, Cancel);

        Assert.Equal(HttpStatusCode.Created, await PutAsync(link));

        using var read = await _http.GetAsync(new Uri(link), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, read.StatusCode);
    }

    [Fact]
    public async Task A_link_that_is_shown_ends()
    {
        var earlier = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - MediaLinks.PublicLifetime);

        foreach (var (time, status) in new[] { (_time, HttpStatusCode.OK), (earlier, HttpStatusCode.Forbidden) })
        {
            using var read = await _http.GetAsync(new Uri(await Instance(time).Links.PublicLinkAsync(Path, Cancel)), Cancel);
            Assert.Equal(status, read.StatusCode);
        }
    }

    AppLinks Instance(TimeProvider? time = null) => new(new Uri(_azurite.Endpoints[0] + "/devstoreaccount1"), _certificate, time ?? _time);

    async Task<HttpStatusCode> PutAsync(string link)
    {
        using var file = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        file.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var answer = await _http.PutAsync(new Uri(link), file, Cancel);
        return answer.StatusCode;
    }

    /// <summary>The links of an instance of the app, and how often it asked for a key.</summary>
    sealed class AppLinks
    {
        readonly Count _keys = new();

        public AppLinks(Uri account, X509Certificate2 certificate, TimeProvider time)
        {
            var options = new BlobClientOptions { Transport = Certificates.Transport(certificate) };
            options.AddPolicy(_keys, HttpPipelinePosition.PerCall);
            Service = new(account, new Identity(), options);
            Links = new(Service, new MediaBlobs(Service), time);
        }

        public BlobServiceClient Service { get; }

        public MediaLinks Links { get; }

        public int Keys => _keys.Times;
    }

    sealed class Count : Azure.Core.Pipeline.HttpPipelineSynchronousPolicy
    {
        public int Times { get; private set; }

        public override void OnSendingRequest(HttpMessage message) =>
            Times += message.Request.Uri.Query.Contains("comp=userdelegationkey", StringComparison.Ordinal) ? 1 : 0;
    }

    /// <summary>A token as Entra ID gives to an app's identity. Azurite reads it and does not ask who signed it.</summary>
    sealed class Identity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var now = TimeProvider.System.GetUtcNow();
            var claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["aud"] = "https://storage.azure.com",
                ["iss"] = "https://sts.windows.net/00000000-0000-0000-0000-000000000001/",
                ["oid"] = "00000000-0000-0000-0000-000000000002",
                ["tid"] = "00000000-0000-0000-0000-000000000001",
                ["nbf"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
                ["iat"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
                ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
            };
            return new($"{Encode("""{"alg":"none"}"""u8)}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}.{Encode("unsigned"u8)}",
                now.AddHours(1));

            static string Encode(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(Base64Url.EncodeToUtf8(bytes));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
