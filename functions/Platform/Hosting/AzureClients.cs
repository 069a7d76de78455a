using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace Planable.Platform.Hosting;

/// <summary>The settings that all Azure clients share: identity, retries, and no logging of requests.</summary>
static class AzureClients
{
    /// <summary>The setting that names the storage account. The Functions host reads it too.</summary>
    public const string StorageSetting = "AzureWebJobsStorage";

    /// <summary>The SDK's own transport sends everything to the proxy that the environment names.</summary>
    static readonly Lazy<HttpPipelineTransport> Direct = new(() => new HttpClientTransport(new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    }));

    /// <summary>
    /// The app's managed identity: the one in <c>AzureWebJobsStorage__clientId</c>, which the host uses too, or in <c>AZURE_CLIENT_ID</c>,
    /// which the Azure SDKs use; otherwise the system-assigned one.
    /// </summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services.AddSingleton(AppIdentity);

    /// <summary>Whoever is signed in to the Azure CLI, for operators on their own machine; otherwise the app's identity.</summary>
    public static IServiceCollection AddOperatorIdentity(this IServiceCollection services) =>
        services.AddSingleton<TokenCredential>(provider =>
            new ChainedTokenCredential(new AzureCliCredential(), AppIdentity(provider)));

    static TokenCredential AppIdentity(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        var client = configuration[StorageSetting + ":clientId"] is { Length: > 0 } named ? named : configuration["AZURE_CLIENT_ID"];
        return new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(
            string.IsNullOrEmpty(client) ? ManagedIdentityId.SystemAssigned
                : ManagedIdentityId.FromUserAssignedClientId(client)).WithRetries());
    }

    /// <summary>Applies the settings that every client of this app shares.</summary>
    /// <param name="address">The service's address, if it may be on this machine: no proxy can reach it there.</param>
    public static T For<T>(this T options, IServiceProvider provider, Uri? address = null) where T : ClientOptions
    {
        if (address is { IsLoopback: true })
        {
            options.Transport = Direct.Value;
        }
        foreach (var policy in provider.GetServices<HttpPipelinePolicy>())
        {
            options.AddPolicy(policy, HttpPipelinePosition.BeforeTransport);
        }
        return options.WithRetries();
    }

    static T WithRetries<T>(this T options) where T : ClientOptions
    {
        // A call has 30 s in total, so a try that takes longer than this is better started again.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(8);
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Diagnostics.IsLoggingEnabled = false;
        return options;
    }
}
