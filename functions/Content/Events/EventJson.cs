using System.Text.Json.Serialization;

namespace Planable.Content.Events;

/// <summary>JSON of stored events. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(EventEntry))]
[JsonSerializable(typeof(DayOfEvents))]
sealed partial class EventStoredJson : JsonSerializerContext;
