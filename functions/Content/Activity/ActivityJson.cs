using System.Text.Json.Serialization;

namespace Planable.Content.Activity;

/// <summary>JSON of the stored activity feed. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ActivityEntry))]
sealed partial class ActivityStoredJson : JsonSerializerContext;
