using System.Globalization;
using System.Text.Json;
using Planable.Platform.Hosting;

namespace Planable.Cli;

/// <summary>
/// The queue settings of host.json. Values that the file leaves out have the host's defaults. Tests set others for the count and the lock.
/// </summary>
sealed record RunnerSettings(
    TimeSpan VisibilityTimeout, TimeSpan MaxPollingInterval, int MaxDequeueCount, int BatchSize, int NewBatchThreshold,
    TimeSpan MessageLock)
{
    public static RunnerSettings Read(JsonElement root, IConfiguration configuration)
    {
        var queues = HostJson.Queues(root);
        var batchSize = Number("batchSize") ?? 16;
        return new(
            Span("visibilityTimeout") ?? TimeSpan.Zero,
            Span("maxPollingInterval") ?? TimeSpan.FromMinutes(1),
            configuration.Number("Runner:MostAttempts", HostJson.Read(root).MaxDequeueCount),
            batchSize,
            Number("newBatchThreshold") ?? batchSize / 2,
            // In the host it is always ten minutes.
            configuration.Duration("Runner:MessageLock", TimeSpan.FromMinutes(10)));

        TimeSpan? Span(string name) => Find(name) is { } value ? TimeSpan.Parse(value.GetString()!, CultureInfo.InvariantCulture) : null;

        int? Number(string name) => Find(name)?.GetInt32();

        JsonElement? Find(string name) =>
            queues.ValueKind is JsonValueKind.Object && queues.TryGetProperty(name, out var value) ? value : null;
    }
}
