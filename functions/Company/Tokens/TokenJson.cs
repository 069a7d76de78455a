using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Company.Tokens;

/// <summary>Tokens as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(PingResponse))]
sealed partial class TokenApiJson : JsonSerializerContext;

/// <summary>Tokens as stored. Change a document only by adding fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Token[]))]
sealed partial class TokenStoredJson : JsonSerializerContext;
