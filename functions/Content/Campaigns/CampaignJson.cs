using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Content.Campaigns;

/// <summary>JSON of campaigns in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewCampaign))]
[JsonSerializable(typeof(CampaignChange))]
[JsonSerializable(typeof(Data<CampaignResponse>))]
[JsonSerializable(typeof(PagedItems<CampaignResponse>))]
sealed partial class CampaignApiJson : JsonSerializerContext;

/// <summary>JSON of stored campaigns. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Campaign))]
sealed partial class CampaignStoredJson : JsonSerializerContext;
