using System.Text.Json.Serialization;
using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Networks.Metrics;

/// <summary>JSON of metrics in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(PagedItems<PageMetricsResponse>))]
[JsonSerializable(typeof(Data<PageSyncResponse>))]
[JsonSerializable(typeof(Data<PageSyncStatus>))]
[JsonSerializable(typeof(Data<PostMetricsResponse>))]
[JsonSerializable(typeof(Data<PostSyncResponse>))]
[JsonSerializable(typeof(Data<PostSyncStatus>))]
[JsonSerializable(typeof(Data<MetricsSummary>))]
sealed partial class MetricsApiJson : JsonSerializerContext;

/// <summary>JSON of stored metrics. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PageSnapshot))]
[JsonSerializable(typeof(PostSnapshot))]
[JsonSerializable(typeof(SyncState))]
[JsonSerializable(typeof(SyncStart))]
[JsonSerializable(typeof(Message<SyncJob>))]
sealed partial class MetricsStoredJson : JsonSerializerContext;
