using System.Text.Json.Serialization;

namespace Planable.Company.Audit;

/// <summary>The audit log as stored. Change a document only by adding fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AuditEntry))]
sealed partial class AuditStoredJson : JsonSerializerContext;
