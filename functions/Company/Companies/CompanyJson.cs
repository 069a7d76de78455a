using System.Text.Json.Serialization;

namespace Planable.Company.Companies;

/// <summary>Companies, their people and workspaces as stored. Change a document only by adding fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CompanyProfile))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Workspace))]
sealed partial class CompanyStoredJson : JsonSerializerContext;
