using System.Text.Json.Serialization;
using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Networks.Publishing;

/// <summary>JSON of publish attempts in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(PagedItems<PublishAttemptResponse>))]
sealed partial class PublishingApiJson : JsonSerializerContext;

/// <summary>JSON of stored publish attempts. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PublishAttempt))]
[JsonSerializable(typeof(Message<PublishJob>))]
sealed partial class PublishingStoredJson : JsonSerializerContext;
