using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Company.Labels;

/// <summary>Labels as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewLabel))]
[JsonSerializable(typeof(Data<LabelResponse>))]
[JsonSerializable(typeof(Items<LabelResponse>))]
sealed partial class LabelApiJson : JsonSerializerContext;
