using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Content.Pages;

/// <summary>Pages as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(PagedItems<PageResponse>))]
sealed partial class PageApiJson : JsonSerializerContext;

/// <summary>Pages as stored. A document changes as a schema does: by adding.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Page))]
[JsonSerializable(typeof(Counters))]
sealed partial class PageStoredJson : JsonSerializerContext;
