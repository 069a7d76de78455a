using System.Text.Json.Serialization;

namespace Planable.Content.Activity;

/// <summary>The activity feed as stored. A document changes as a schema does: by adding.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ActivityEntry))]
sealed partial class ActivityStoredJson : JsonSerializerContext;
