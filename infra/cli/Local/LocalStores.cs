using Azure;
using Azure.Identity;
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
    Tables tables, QueueServiceClient queues, MediaBlobs media, IHostApplicationLifetime lifetime, ILogger<LocalStores> log)
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    readonly Lazy<Task> _created = new(() => Task.Run(() => KeepCreatingAsync(tables, queues, media, lifetime, log)));

    /// <summary>Completes when all exist; retries until storage answers.</summary>
    public Task Created => _created.Value;

    /// <summary>Waits until all exist; false if the app stops before.</summary>
    public async Task<bool> AreCreatedAsync(CancellationToken stopping)
    {
        await Created.WaitAsync(stopping).Quietly();
        return Created.IsCompletedSuccessfully;
    }

    /// <summary>Creates those that do not exist.</summary>
    public static Task CreateAsync(IServiceProvider services) => CreateAsync(
        services.GetRequiredService<Tables>(),
        services.GetRequiredService<QueueServiceClient>(),
        services.GetRequiredService<MediaBlobs>());

    static Task CreateAsync(Tables tables, QueueServiceClient queues, MediaBlobs media) => Task.WhenAll(
    [
        media.Container.CreateIfNotExistsAsync(),
        .. tables.All.Select(table => (Task)table.CreateIfNotExistsAsync()),
        .. Queues.All.SelectMany(queue => new[] { queue, Queues.Poison(queue) })
            .Select(queue => (Task)queues.GetQueueClient(queue).CreateIfNotExistsAsync()),
    ]);

    static async Task KeepCreatingAsync(
        Tables tables, QueueServiceClient queues, MediaBlobs media, IHostApplicationLifetime lifetime, ILogger<LocalStores> log)
    {
        var told = "";
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause < LongestPause ? pause * 2 : pause)
        {
            try
            {
                await CreateAsync(tables, queues, media);
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
