using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Published;
using Planable.Functions.Tests.Secrets;
using Planable.Rpc;

[assembly: AssemblyFixture(typeof(PublishedWorker))]

namespace Planable.Functions.Tests.Published;

/// <summary>
/// The published package in a process that is driven as the Functions host drives it; one is shared by all tests
/// that only call it.
/// </summary>
public sealed class PublishedWorker : IAsyncDisposable
{
    readonly Lock _lock = new();
    Task<(FunctionsHost Host, HttpClient Http)>? _shared;

    /// <summary>On the storage that all tests share; calls that come through its client follow no redirect and keep no cookie.</summary>
    internal async Task<(FunctionsHost Host, HttpClient Http)> SharedAsync(AzuriteFixture fixture, FakeKeyVault vaults)
    {
        lock (_lock)
        {
            _shared ??= StartAsync();
        }
        return await _shared;

        async Task<(FunctionsHost, HttpClient)> StartAsync()
        {
            var host = await PublishedWorker.StartAsync(fixture.ConnectionString, vaults.EnvironmentFor(vaults.New()));
            return (host, Client(host.Address));
        }
    }

    /// <summary>A worker of a test's own.</summary>
    /// <param name="environment">Added to ours; null takes a variable away.</param>
    internal static async Task<FunctionsHost> StartAsync(
        string storage, IEnumerable<(string Name, string? Value)>? environment = null,
            CallersInvocationId callers = CallersInvocationId.Stays) =>
        await FunctionsHost.StartAsync(
            await PublishedPackage.FolderAsync,
            [
                ("ASPNETCORE_ENVIRONMENT", null), ("DOTNET_ENVIRONMENT", null), ("PLANABLE_DATA", null), ("ASPNETCORE_URLS", null),
                ("AzureWebJobsStorage", storage), ("KeyVault__vaultUri", "https://unused.vault.azure.net"),
                    ("WorkspaceRemoval__Wait", "00:00:01"),
                .. App.Unlimited.Select(one => (one.Key.Replace(":", "__", StringComparison.Ordinal), (string?)one.Value)),
                .. environment ?? [],
            ],
            callers);

    internal static HttpClient Client(Uri address) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };

    public async ValueTask DisposeAsync()
    {
        if (_shared is { IsFaulted: false })
        {
            var (host, http) = await _shared;
            http.Dispose();
            await host.DisposeAsync();
        }
    }
}
