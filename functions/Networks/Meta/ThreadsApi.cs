using System.Text.Json.Serialization;

namespace Planable.Networks.Meta;

/// <summary>Threads' API: where it is, and what it answers.</summary>
/// <remarks>Source: developers.facebook.com, "Threads API".</remarks>
static class ThreadsApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "threads", Name = "Threads";

    public static NetworkAddresses Addresses(IConfiguration configuration) =>
        new(configuration, Network, "threads.net", "threads.com");

    /// <summary>Where tokens are; the setting <c>Networks__threads__Api</c>.</summary>
    public static string Tokens(NetworkAddresses addresses) => addresses.Of("Api", "https://graph.threads.net");

    /// <summary>Where all else is; the settings <c>Networks__threads__Api</c> and <c>Networks__threads__Version</c>.</summary>
    public static string Graph(NetworkAddresses addresses, string path) =>
        $"{Tokens(addresses)}/{addresses.Text("Version", "v1.0")}{path}";
}

sealed record ThreadsUser(string? Id, string? Username, string? Name);

/// <param name="TotalValue">Of the range that was asked for.</param>
/// <param name="Values">One for each day; of a post, the one value.</param>
sealed record ThreadsInsight(string? Name, ThreadsValue? TotalValue, ThreadsValue[]? Values);

sealed record ThreadsValue(long? Value);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ThreadsUser))]
[JsonSerializable(typeof(MetaList<ThreadsInsight>))]
sealed partial class ThreadsJson : JsonSerializerContext;
