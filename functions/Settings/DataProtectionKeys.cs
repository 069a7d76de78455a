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
/// The keys of Data Protection, a secret each, so that a form which one instance made posts to another. Which secrets they are is in table
/// companies, partition <c>data-protection</c>, a row each: finding them in the vault would take a call for every 25 secrets it holds.
/// </summary>
sealed class DataProtectionKeys(SecretStore secrets, Tables tables) : IXmlRepository
{
    public const string Partition = "data-protection", Prefix = "data-protection-";

    // Data Protection knows no tasks. It reads once a day and writes once in months.
    public IReadOnlyCollection<XElement> GetAllElements() => Finish(ReadAsync);

    /// <param name="friendlyName">For people who look at files; ours are called by ids.</param>
    public void StoreElement(XElement element, string friendlyName) => Finish(async cancel =>
    {
        var name = Prefix + Guid.NewGuid().ToString();
        await secrets.SetAsync(name, element.ToString(SaveOptions.DisableFormatting), cancel);
        return await tables.Companies.AddEntityAsync(new TableEntity(Partition, name), cancel);
    });

    async Task<XElement[]> ReadAsync(CancellationToken cancel)
    {
        var rows = await tables.Companies.RangeAsync(Partition, Prefix, select: ["RowKey"], cancel: cancel).ToListAsync(cancel);
        var values = await Task.WhenAll(rows.Select(row => secrets.GetAsync(row.RowKey, cancel)));
        // One that somebody has taken out of the vault counts no more.
        return [.. values.OfType<string>().Select(value => XElement.Parse(value))];
    }

    static T Finish<T>(Func<CancellationToken, Task<T>> work)
    {
        using var limit = new CancellationTokenSource(Limits.Deadline);
        // Elsewhere: whoever renders a page has a context that would wait for us while we wait for it.
        return Task.Run(() => work(limit.Token)).GetAwaiter().GetResult();
    }
}

static class DataProtectionServices
{
    /// <summary>Data Protection with its keys in the store of secrets. To be added after whatever else adds Data Protection.</summary>
    public static IServiceCollection AddDataProtectionInSecrets(this IServiceCollection services)
    {
        // Else the folder that an instance runs in would set it apart.
        services.AddDataProtection().SetApplicationName("planable");
        services.AddSingleton<DataProtectionKeys>();
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeys>((options, keys) =>
        {
            options.XmlRepository = keys;
            // The vault encrypts what it holds, and the folder does; without this there would be a warning that nobody does.
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        // It reads the keys at the start, which most instances never need.
        foreach (var reader in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly).ToArray())
        {
            services.Remove(reader);
        }
        return services;
    }
}
