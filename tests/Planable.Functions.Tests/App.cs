using System.Net.Http.Headers;
using System.Text;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.People;

namespace Planable.Functions.Tests;

/// <summary>The real app on a real socket, over a real Azurite.</summary>
sealed class App : IAsyncDisposable
{
    const string Runner = "Tests:Runner";

    /// <summary>
    /// An instance that only serves calls: no queues, no timers, no tables of its own making,
    /// as an instance under the Functions host.
    /// </summary>
    public static readonly (string Key, string Value)[] CallsOnly =
        [(Runner, "false"), ("KeyVault:vaultUri", "https://unused.vault.azure.net")];

    /// <summary>Tests call faster than people, and all from one address: limits are the matter of their own tests.</summary>
    public static readonly (string Key, string Value)[] Unlimited =
        [("RateLimits:Reads", "1000000"), ("RateLimits:Writes", "1000000"), ("RateLimits:Address", "1000000")];

    readonly WebApplication _app;

    App(WebApplication app)
    {
        _app = app;
        BaseAddress = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = BaseAddress };
    }

    public Uri BaseAddress { get; }

    /// <summary>Calls without a token.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The routes that calls are matched with.</summary>
    public IEnumerable<RouteEndpoint> Routes =>
        Services.GetServices<EndpointDataSource>().OfType<CompositeEndpointDataSource>().Single().Endpoints.OfType<RouteEndpoint>();

    public static App Start(string storage, Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings) =>
        StartAsync(storage, services, settings).GetAwaiter().GetResult();

    static async Task<App> StartAsync(string storage, Action<IServiceCollection>? services, (string Key, string Value)[] settings)
    {
        var environment = settings.LastOrDefault(one => one.Key == "environment").Value ?? "Production";
        var builder = LocalApp.CreateBuilder(environment);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Whichever instance takes the message: deleted workspaces need not wait the minute.
        (string, string)[] usual =
            [("AzureWebJobsStorage", storage), ("PLANABLE_DATA", AzuriteFixture.Data), ("WorkspaceRemoval:Wait", "00:00:02")];
        builder.Configuration.AddInMemoryCollection(
            usual.Concat(Unlimited).Concat(settings).Reverse().DistinctBy(one => one.Item1)
                .Select(one => KeyValuePair.Create<string, string?>(one.Item1, one.Item2)));
        builder.AddPlanableHere();
        var runs = builder.Configuration[Runner] != "false";
        if (runs)
        {
            builder.Services.AddRunner(builder.Configuration);
        }
        builder.Services.AddSingleton<HttpPipelinePolicy, StorageCalls>().AddSingleton<IStartupFilter, StorageCalls.Measured>();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        if (runs)
        {
            app.HoldUntil(app.Services.GetRequiredService<LocalStores>().Created);
        }
        app.UsePlanableHere();
        await app.StartAsync();
        return new App(app);
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Calls with a token.</summary>
    public Client As(string token) => new(Http, token);

    /// <summary>Invites a person as an operator does; returns the code, or null if there is no such person.</summary>
    public async Task<string?> InviteAsync(string company, string user, CancellationToken cancel) =>
        (await Get<Membership>().InviteAsync(company, user, by: null, cancel)).Value?.Code;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>What a developer's script does: a base URL, a token, JSON.</summary>
sealed class Client(HttpClient http, string token)
{
    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<HttpResponseMessage> DeleteAsync(string path, string? key = null) => SendAsync(HttpMethod.Delete, path, key: key);

    public Task<HttpResponseMessage> PostAsync(string path, object body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, Json.Text(body), key);

    public Task<HttpResponseMessage> PatchAsync(string path, object body, string? key = null, string? ifMatch = null) =>
        SendAsync(HttpMethod.Patch, path, Json.Text(body), key, request =>
        {
            if (ifMatch is not null)
            {
                request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            }
        });

    /// <param name="body">Sent as it is, as JSON.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? body = null, string? key = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        change?.Invoke(request);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
