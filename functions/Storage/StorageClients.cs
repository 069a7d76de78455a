using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Planable.Platform.Hosting;

namespace Planable.Storage;

/// <summary>The tables. The class that owns the rows describes their keys.</summary>
sealed class Tables(TableServiceClient service)
{
    /// <summary>Partition: company.</summary>
    public TableClient Companies { get; } = service.GetTableClient("companies");

    /// <summary>Partition: workspace.</summary>
    public TableClient Content { get; } = service.GetTableClient("content");

    /// <summary>Partition: the first characters of a token's hash.</summary>
    public TableClient Tokens { get; } = service.GetTableClient("tokens");

    /// <summary>Partition: hour, in UTC.</summary>
    public TableClient Due { get; } = service.GetTableClient("due");

    /// <summary>Partition: page or post.</summary>
    public TableClient Metrics { get; } = service.GetTableClient("metrics");

    /// <summary>Partition: webhook, or a person who gets mail.</summary>
    public TableClient Deliveries { get; } = service.GetTableClient("deliveries");

    public IEnumerable<TableClient> All => [Companies, Content, Tokens, Due, Metrics, Deliveries];

    public TableClient Named(string name) => All.Single(table => table.Name == name);
}

static class StorageClients
{
    public const string Setting = AzureClients.StorageSetting;

    public static bool IsConfigured(IConfiguration configuration) =>
        configuration.GetSection(Setting) is var section && (!string.IsNullOrEmpty(section.Value) || section.GetChildren().Any());

    /// <summary>
    /// Connects to the storage account: with the connection string in <c>AzureWebJobsStorage</c>, or with an account name and the app's
    /// identity.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        if (section.Value is { Length: > 0 } connection)
        {
            var address = AddressIn(connection) ?? throw new StartupFailure($"{Setting} is not a storage connection string.");
            services.AddSingleton(provider => new TableServiceClient(connection, TableOptions(provider, address)));
            services.AddSingleton(provider => new QueueServiceClient(connection, QueueOptions(provider, address)));
            services.AddSingleton(provider => new BlobServiceClient(connection, new BlobClientOptions().For(provider, address)));
        }
        else if (section["accountName"] is { Length: > 0 } account)
        {
            services.AddSingleton(provider => new TableServiceClient(
                Endpoint("table"), provider.GetRequiredService<TokenCredential>(), TableOptions(provider)));
            services.AddSingleton(provider => new QueueServiceClient(
                Endpoint("queue"), provider.GetRequiredService<TokenCredential>(), QueueOptions(provider)));
            services.AddSingleton(provider => new BlobServiceClient(
                Endpoint("blob"), provider.GetRequiredService<TokenCredential>(), new BlobClientOptions().For(provider)));

            Uri Endpoint(string kind) => new($"https://{account}.{kind}.core.windows.net");
        }
        else
        {
            throw new StartupFailure($"Set {Setting} to a storage connection string, or {Setting}__accountName to an account's name.");
        }
        return services.AddSingleton<Tables>().AddSingleton<StorageSchema>();
    }

    /// <summary>The address of the tables in a connection string; null if it is none.</summary>
    static Uri? AddressIn(string connection)
    {
        try
        {
            return new TableServiceClient(connection).Uri;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    static TableClientOptions TableOptions(IServiceProvider provider, Uri? address = null)
    {
        var options = new TableClientOptions().For(provider, address);
        options.AddPolicy(new TableBodies(), HttpPipelinePosition.BeforeTransport);
        return options;
    }

    static QueueClientOptions QueueOptions(IServiceProvider provider, Uri? address = null)
    {
        // The host's queue trigger reads only base64.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }.For(provider, address);
        // Without a handler, one message that is not base64 makes reading the whole batch fail.
        options.MessageDecodingFailed += provider.GetService<UndecodableMessages>()?.Handler ?? (_ => Task.CompletedTask);
        return options;
    }
}

/// <summary>Handles messages that are not base64. Registered only where the app itself reads queues.</summary>
sealed record UndecodableMessages(SyncAsyncEventHandler<QueueMessageDecodingFailedEventArgs> Handler);
