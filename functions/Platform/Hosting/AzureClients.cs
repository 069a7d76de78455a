using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace Planable.Platform.Hosting;

/// <summary>What all clients of Azure share: who the app is, how patient it is, and that they keep silent.</summary>
static class AzureClients
{
    /// <summary>The setting that names the storage account; the Functions host goes by it too.</summary>
    public const string StorageSetting = "AzureWebJobsStorage";

    /// <summary>
    /// The app's managed identity: the one that <c>AzureWebJobsStorage__clientId</c> names, which the host goes by too, or
    /// <c>AZURE_CLIENT_ID</c>, which the Azure SDKs go by; else the system-assigned one.
    /// </summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services.AddSingleton(AppIdentity);

    /// <summary>Whoever is signed in with the Azure CLI, as an operator at their own machine is; else the app's identity.</summary>
    public static IServiceCollection AddOperatorIdentity(this IServiceCollection services) =>
        services.AddSingleton<TokenCredential>(provider =>
            new ChainedTokenCredential(new AzureCliCredential(), AppIdentity(provider)));

    static TokenCredential AppIdentity(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        var client = configuration[StorageSetting + ":clientId"] is { Length: > 0 } named ? named : configuration["AZURE_CLIENT_ID"];
        return new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(
            string.IsNullOrEmpty(client) ? ManagedIdentityId.SystemAssigned
                : ManagedIdentityId.FromUserAssignedClientId(client)).Patient());
    }

    /// <summary>As every client of this app is set up.</summary>
    public static T For<T>(this T options, IServiceProvider provider) where T : ClientOptions
    {
        foreach (var policy in provider.GetServices<HttpPipelinePolicy>())
        {
            options.AddPolicy(policy, HttpPipelinePosition.BeforeTransport);
        }
        return options.Patient();
    }

    static T Patient<T>(this T options) where T : ClientOptions
    {
        // A call has 30 s in all; a try that takes longer than this is better begun anew.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(8);
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Diagnostics.IsLoggingEnabled = false;
        return options;
    }
}
