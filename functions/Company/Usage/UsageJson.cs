using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Company.Usage;

/// <summary>Usage as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(PagedItems<UsageResponse>))]
sealed partial class UsageApiJson : JsonSerializerContext;

/// <summary>Usage as stored. Change a document only by adding fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(DayOfUse))]
sealed partial class UsageStoredJson : JsonSerializerContext;
