using System.Globalization;
using System.Text.Json;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.People;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>The numbers of host.json by which queues are read; what the file leaves out has the host's defaults.</summary>
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
            HostJson.Read(root).MaxDequeueCount,
            batchSize,
            Number("newBatchThreshold") ?? batchSize / 2,
            // Ten minutes in the host, where it cannot be set.
            AppSettings.Duration(configuration, "Runner:MessageLock", TimeSpan.FromMinutes(10)));

        TimeSpan? Span(string name) => Find(name) is { } value ? TimeSpan.Parse(value.GetString()!, CultureInfo.InvariantCulture) : null;

        int? Number(string name) => Find(name)?.GetInt32();

        JsonElement? Find(string name) =>
            queues.ValueKind is JsonValueKind.Object && queues.TryGetProperty(name, out var value) ? value : null;
    }
}
