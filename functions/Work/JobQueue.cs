using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Storage.Queues;
using Planable.Platform.Hosting;

namespace Planable.Work;

/// <summary>
/// A queue of jobs of one kind. A job names stored rows; if they are missing, its handler does nothing. Delivery is at least once.
/// </summary>
sealed class JobQueue<TJob>(QueueClient queue, JsonTypeInfo<Message<TJob>> type, TimeProvider time)
{
    static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1), LongestDelay = TimeSpan.FromDays(7);

    /// <summary>
    /// Sends a job for a time; if that has passed, it is due at once. Storage limits the delay to 7 days, so a later job arrives early.
    /// </summary>
    public Task SendAtAsync(TJob job, DateTimeOffset at, CancellationToken cancel) => SendAsync(job, at - time.GetUtcNow(), cancel);

    public Task SendAsync(TJob job, TimeSpan delay = default, CancellationToken cancel = default) => queue.SendMessageAsync(
        BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new Message<TJob>(job), type)), WholeSeconds(delay), NeverExpires, cancel);

    /// <summary>Storage takes whole seconds and rounds down, so a job would arrive too early.</summary>
    static TimeSpan WholeSeconds(TimeSpan delay) => delay <= TimeSpan.Zero ? TimeSpan.Zero
        : delay < LongestDelay ? TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)) : LongestDelay;
}

static class JobQueueServices
{
    public static IServiceCollection AddJobQueue<TJob>(
        this IServiceCollection services, string name, Func<JsonTypeInfo<Message<TJob>>> type) =>
        services.AddSingleton(provider => new JobQueue<TJob>(
            provider.GetRequiredService<QueueServiceClient>().GetQueueClient(name), type(), provider.GetRequiredService<TimeProvider>()));
}
