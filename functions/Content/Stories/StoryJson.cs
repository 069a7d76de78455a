using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Content.Stories;

/// <summary>JSON of stories in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewStory))]
[JsonSerializable(typeof(CreatedStory))]
sealed partial class StoryApiJson : JsonSerializerContext;
