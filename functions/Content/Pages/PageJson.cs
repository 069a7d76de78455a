using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Content.Pages;

/// <summary>JSON of pages in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(PagedItems<PageResponse>))]
sealed partial class PageApiJson : JsonSerializerContext;

/// <summary>JSON of stored pages. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Page))]
[JsonSerializable(typeof(Counters))]
sealed partial class PageStoredJson : JsonSerializerContext;
