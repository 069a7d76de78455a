using System.Globalization;
using System.Text.Json;

namespace Planable.Hosting;

/// <summary>The numbers of host.json, so that standalone follows the same ones; what the file leaves out has the host's defaults.</summary>
sealed record HostSettings
{
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromMinutes(5);
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);
    public int MaxDequeueCount { get; init; } = 5;
    public int BatchSize { get; init; } = 16;
    public int NewBatchThreshold { get; init; } = 8;

    /// <summary>Ten minutes in the host.</summary>
    public TimeSpan MessageLock { get; init; } = TimeSpan.FromMinutes(10);

    public static HostSettings Read(string directory, AppSettings settings)
    {
        var root = JsonElement.Parse(File.ReadAllBytes(Path.Combine(directory, "host.json")));
        var queues = root.TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("queues", out var found)
            ? found
            : default;
        var host = new HostSettings();
        var batchSize = Number(queues, "batchSize") ?? host.BatchSize;
        return new HostSettings
        {
            FunctionTimeout = Positive(Span(root, "functionTimeout") ?? host.FunctionTimeout, "functionTimeout in host.json"),
            VisibilityTimeout = Span(queues, "visibilityTimeout") ?? host.VisibilityTimeout,
            MaxPollingInterval = Span(queues, "maxPollingInterval") ?? host.MaxPollingInterval,
            MaxDequeueCount = Number(queues, "maxDequeueCount") ?? host.MaxDequeueCount,
            BatchSize = batchSize,
            NewBatchThreshold = Number(queues, "newBatchThreshold") ?? batchSize / 2,
            MessageLock = settings.MessageLock,
        };
    }

    static TimeSpan? Span(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? Parse(value.GetString()!) : null;

    static int? Number(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    static TimeSpan Parse(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    static TimeSpan Positive(TimeSpan span, string name) =>
        span > TimeSpan.Zero ? span : throw new InvalidOperationException($"{name} must be longer than zero.");
}
