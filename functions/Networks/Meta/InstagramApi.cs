using System.Text.Json.Serialization;

namespace Planable.Networks.Meta;

/// <summary>Instagram's API with Instagram login: where it is, and what it answers.</summary>
/// <remarks>Source: developers.facebook.com, "Instagram platform".</remarks>
static class InstagramApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "instagram", Name = "Instagram";

    public static NetworkAddresses Addresses(IConfiguration configuration) => new(configuration, Network, "instagram.com");

    /// <summary>Where tokens are; the setting <c>Networks__instagram__Api</c>.</summary>
    public static string Tokens(NetworkAddresses addresses) => addresses.Of("Api", "https://graph.instagram.com");

    /// <summary>Where all else is; the settings <c>Networks__instagram__Api</c> and <c>Networks__instagram__Version</c>.</summary>
    public static string Graph(NetworkAddresses addresses, string path) =>
        $"{Tokens(addresses)}/{addresses.Text("Version", "v25.0")}{path}";
}

sealed record InstagramUser(string? UserId, string? Username, string? Name, long? FollowersCount);

sealed record InstagramQuota(long? QuotaUsage, InstagramQuotaConfig? Config);

sealed record InstagramQuotaConfig(long? QuotaTotal);

/// <param name="TotalValue">Of the range that was asked for.</param>
/// <param name="Values">Of a post, the one value.</param>
sealed record InstagramInsight(string? Name, InstagramTotal? TotalValue, InstagramValue[]? Values);

sealed record InstagramValue(long? Value);

sealed record InstagramTotal(long? Value, InstagramSplit[]? Breakdowns);

sealed record InstagramSplit(string[]? DimensionKeys, InstagramPart[]? Results);

sealed record InstagramPart(string[]? DimensionValues, long? Value);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(InstagramUser))]
[JsonSerializable(typeof(MetaList<InstagramQuota>))]
[JsonSerializable(typeof(MetaList<InstagramInsight>))]
sealed partial class InstagramJson : JsonSerializerContext;
