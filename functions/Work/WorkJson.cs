using System.Text.Json.Serialization;
using Planable.Platform.Hosting;

namespace Planable.Work;

/// <summary>Outbox records and messages as stored. Change a document only by adding fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(DomainEvent[]))]
[JsonSerializable(typeof(Message<OutboxMessage>))]
sealed partial class WorkStoredJson : JsonSerializerContext;
