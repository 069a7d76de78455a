using System.Net.Http.Headers;
using System.Text;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Planable.Functions.Tests;

/// <summary>The real app on a real socket, over a real Azurite.</summary>
sealed class App : IAsyncDisposable
{
    /// <summary>As an instance under the host has it, which runs no triggers of its own and makes no tables.</summary>
    public static readonly (string Key, string Value)[] UnderHost =
        [("FUNCTIONS_CUSTOMHANDLER_PORT", "0"), ("KeyVault:vaultUri", "https://unused.vault.azure.net")];

    readonly WebApplicationFactory<Program> _factory;

    App(WebApplicationFactory<Program> factory)
    {
        _factory = factory;
        factory.StartServer();
        BaseAddress = new Uri(Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        Http = new HttpClient { BaseAddress = BaseAddress };
    }

    public Uri BaseAddress { get; }

    /// <summary>Calls without a token.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _factory.Services;

    public static App Start(string storage, Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings)
    {
#pragma warning disable CA2000 // The app disposes it.
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Production").UseSetting("urls", "http://127.0.0.1:0").UseSetting("AzureWebJobsStorage", storage);
            host.UseSetting("PLANABLE_DATA", AzuriteFixture.Data);
            // Whichever instance takes the message: deleted workspaces need not wait the minute.
            host.UseSetting("WorkspaceRemoval:Wait", "00:00:02");
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }
            host.ConfigureServices(all =>
            {
                all.AddSingleton<HttpPipelinePolicy, StorageCalls>().AddSingleton<IStartupFilter, StorageCalls.Measured>();
                services?.Invoke(all);
            });
        });
#pragma warning restore CA2000
        factory.UseKestrel(0);
        return new App(factory);
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Calls with a token.</summary>
    public Client As(string token) => new(Http, token);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _factory.DisposeAsync();
    }
}

/// <summary>What a developer's script does: a base URL, a token, JSON.</summary>
sealed class Client(HttpClient http, string token)
{
    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<HttpResponseMessage> DeleteAsync(string path, string? key = null) => SendAsync(HttpMethod.Delete, path, key: key);

    public Task<HttpResponseMessage> PostAsync(string path, object body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, Json.Text(body), key);

    public Task<HttpResponseMessage> PatchAsync(string path, object body, string? key = null) =>
        SendAsync(HttpMethod.Patch, path, Json.Text(body), key);

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
