using System.Text.Json.Serialization;
using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Networks.Publishing;

/// <summary>Attempts at publishing as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(PagedItems<PublishAttemptResponse>))]
sealed partial class PublishingApiJson : JsonSerializerContext;

/// <summary>Attempts at publishing as stored. A document changes as a schema does: by adding.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PublishAttempt))]
[JsonSerializable(typeof(Message<PublishJob>))]
sealed partial class PublishingStoredJson : JsonSerializerContext;
