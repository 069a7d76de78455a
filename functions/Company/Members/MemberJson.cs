using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Company.Members;

/// <summary>Members as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(Items<MemberResponse>))]
sealed partial class MemberApiJson : JsonSerializerContext;
