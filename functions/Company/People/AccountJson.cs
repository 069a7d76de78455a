using System.Text.Json.Serialization;

namespace Planable.Company.People;

/// <summary>Accounts as stored. A document changes as a schema does: by adding.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Binding))]
sealed partial class AccountStoredJson : JsonSerializerContext;
