using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Content.Stories;

/// <summary>Stories as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewStory))]
[JsonSerializable(typeof(CreatedStory))]
sealed partial class StoryApiJson : JsonSerializerContext;
