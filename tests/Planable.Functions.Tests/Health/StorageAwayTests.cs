using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Health;

/// <summary>Storage that is away is said to be away, to callers and to whoever watches; when it is back, so are we.</summary>
public sealed class StorageAwayTests
{
    /// <summary>A storage that does not answer.</summary>
    internal const string Nowhere =
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/a;"
        + "QueueEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_get_503_while_storage_is_away_and_their_answers_when_it_is_back()
    {
        var outage = new Outage();
        // Its own storage: messages of others that it had taken would be lost for minutes.
        await using var storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        await using var app = App.Start(storage.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(outage));
        await LocalStores.CreateAsync(app.Services);
        var company = await TestCompany.CreateAsync(app);
        await company.Client.GetAsync("/ping").OkAsync();
        Assert.Equal("Healthy", await app.Http.GetStringAsync("/api/health/ready", Cancel));

        outage.IsOn = true;
        await Task.Delay(TimeSpan.FromSeconds(1.1), Cancel);
        foreach (var call in new[] { company.Client.GetAsync("/ping"), company.Client.PostAsync("/posts", company.Post(), "a key") })
        {
            await call.FailAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");
            Assert.NotNull((await call).Headers.RetryAfter);
        }
        using (var ready = await app.Http.GetAsync("/api/health/ready", Cancel))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal("Unhealthy", await ready.Content.ReadAsStringAsync(Cancel));
        }
        Assert.Equal("Healthy", await app.Http.GetStringAsync("/api/health", Cancel));

        outage.IsOn = false;
        await Task.Delay(TimeSpan.FromSeconds(1.1), Cancel);
        await company.Client.PostAsync("/posts", company.Post(), "a key").CreatedAsync();
        Assert.Equal("Healthy", await app.Http.GetStringAsync("/api/health/ready", Cancel));
    }

    [Fact]
    public async Task An_app_whose_storage_is_away_at_the_start_listens_and_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("planable-test").FullName;
        var (process, http) = await AppProcess.StartPublishedAsync(folder, Nowhere);
        await using (process)
        using (http)
        {
            using var live = await http.GetAsync(new Uri("/api/health", UriKind.Relative), Cancel);
            using var ready = await http.GetAsync(new Uri("/api/health/ready", UriKind.Relative), Cancel);

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (live.StatusCode, ready.StatusCode));
            await new Client(http, TokenText.New()).GetAsync("/ping").FailAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");
            await new Client(http, "pln_nonsense").GetAsync("/ping").UnauthorizedAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A network that is cut, or not.</summary>
    sealed class Outage : HttpPipelinePolicy
    {
        public bool IsOn { get; set; }

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            IsOn ? throw new RequestFailedException("Connection refused", new HttpRequestException()) : ProcessNextAsync(message, pipeline);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
