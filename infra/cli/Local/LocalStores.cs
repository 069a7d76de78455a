using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Planable.Content.Media;
using Planable.Platform.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>
/// Creates the tables, queues and containers, which in Azure the deployment creates. No queue is polled before it exists.
/// </summary>
sealed partial class LocalStores(
    IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<LocalStores> log)
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    readonly Lazy<Task> _created = new(() => Task.Run(() => KeepCreatingAsync(services, lifetime, log)));

    /// <summary>Completes when all exist; retries until storage answers.</summary>
    public Task Created => _created.Value;

    /// <summary>Waits until all exist; false if the app stops before.</summary>
    public async Task<bool> AreCreatedAsync(CancellationToken stopping)
    {
        await Created.WaitAsync(stopping).Quietly();
        return Created.IsCompletedSuccessfully;
    }

    /// <summary>Creates those that do not exist. Most starts find all of them, with three requests.</summary>
    public static Task CreateAsync(IServiceProvider services) => Task.WhenAll(
        CreateTablesAsync(services.GetRequiredService<TableServiceClient>(), services.GetRequiredService<Tables>()),
        CreateQueuesAsync(services.GetRequiredService<QueueServiceClient>()),
        CreateContainerAsync(services.GetRequiredService<MediaBlobs>().Container));

    static async Task CreateTablesAsync(TableServiceClient service, Tables tables)
    {
        var known = await service.QueryAsync().Select(table => table.Name).ToHashSetAsync();
        await Task.WhenAll(tables.All.Where(table => !known.Contains(table.Name)).Select(table => table.CreateIfNotExistsAsync()));
    }

    static async Task CreateQueuesAsync(QueueServiceClient service)
    {
        var known = await service.GetQueuesAsync().Select(queue => queue.Name).ToHashSetAsync();
        await Task.WhenAll(Queues.All.SelectMany(queue => new[] { queue, Queues.Poison(queue) }).Where(queue => !known.Contains(queue))
            .Select(queue => service.GetQueueClient(queue).CreateIfNotExistsAsync()));
    }

    static async Task CreateContainerAsync(BlobContainerClient container)
    {
        if (!await container.ExistsAsync())
        {
            await container.CreateIfNotExistsAsync();
        }
    }

    static async Task KeepCreatingAsync(
        IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<LocalStores> log)
    {
        var told = "";
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause < LongestPause ? pause * 2 : pause)
        {
            try
            {
                await CreateAsync(services);
                return;
            }
            catch (Exception e) when (
                e is RequestFailedException or AuthenticationFailedException or AggregateException or OperationCanceledException)
            {
                // The SDK's own messages go on with the whole response.
                var reason = e.GetBaseException().Message.Split('\n')[0].TrimEnd();
                if (reason != told)
                {
                    LogStorageAway(log, told = reason);
                }
                await Task.Delay(pause, lifetime.ApplicationStopping);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Storage does not answer ({Reason}). Calls are answered with 503 until it does")]
    static partial void LogStorageAway(ILogger log, string reason);
}
