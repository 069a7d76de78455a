using System.Xml.Linq;
using Azure.Data.Tables;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>
/// Stores each key of Data Protection as a secret, so that a form from one instance can be posted to another. Table companies, partition
/// <c>data-protection</c>, lists the names of these secrets: searching the vault would take a call for every 25 secrets it holds.
/// </summary>
sealed class DataProtectionKeys(SecretStore secrets, Tables tables) : IXmlRepository
{
    public const string Partition = "data-protection", Prefix = "data-protection-";

    // The interface is synchronous. It reads about once a day and writes once in months.
    public IReadOnlyCollection<XElement> GetAllElements() => RunSynchronously(ReadAsync);

    /// <param name="friendlyName">Not used: the secrets are named by random ids.</param>
    public void StoreElement(XElement element, string friendlyName) => RunSynchronously(async cancel =>
    {
        var name = Prefix + Guid.NewGuid().ToString();
        await secrets.SetAsync(name, element.ToString(SaveOptions.DisableFormatting), cancel);
        return await tables.Companies.AddEntityAsync(new TableEntity(Partition, name), cancel);
    });

    async Task<XElement[]> ReadAsync(CancellationToken cancel)
    {
        var rows = await tables.Companies.RangeAsync(Partition, Prefix, select: ["RowKey"], cancel: cancel).ToListAsync(cancel);
        var values = await Task.WhenAll(rows.Select(row => secrets.GetAsync(row.RowKey, cancel)));
        // Keys that were deleted from the vault are left out.
        return [.. values.OfType<string>().Select(value => XElement.Parse(value))];
    }

    static T RunSynchronously<T>(Func<CancellationToken, Task<T>> work)
    {
        using var limit = new CancellationTokenSource(Limits.Deadline);
        // Run on the thread pool: a page's synchronization context would deadlock, because it waits for this call.
        return Task.Run(() => work(limit.Token)).GetAwaiter().GetResult();
    }
}

static class DataProtectionServices
{
    /// <summary>Adds Data Protection with its keys in the secret store. Call it after everything else that adds Data Protection.</summary>
    public static IServiceCollection AddDataProtectionInSecrets(this IServiceCollection services)
    {
        // The default name is the instance's folder, which would separate the instances.
        services.AddDataProtection().SetApplicationName("planable");
        services.AddSingleton<DataProtectionKeys>();
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeys>((options, keys) =>
        {
            options.XmlRepository = keys;
            // The vault and the local secret store already encrypt. Without this, Data Protection warns that nothing does.
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        // This service reads the keys at the start, but most instances never need them.
        foreach (var reader in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly).ToArray())
        {
            services.Remove(reader);
        }
        return services;
    }
}
