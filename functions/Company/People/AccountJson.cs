using System.Text.Json.Serialization;

namespace Planable.Company.People;

/// <summary>Accounts as stored. Change a document only by adding fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Binding))]
sealed partial class AccountStoredJson : JsonSerializerContext;
