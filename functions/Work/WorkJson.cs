using System.Text.Json.Serialization;
using Planable.Platform.Hosting;

namespace Planable.Work;

/// <summary>Outbox records and messages as stored. A document changes as a schema does: by adding.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(DomainEvent[]))]
[JsonSerializable(typeof(Message<OutboxMessage>))]
sealed partial class WorkStoredJson : JsonSerializerContext;
