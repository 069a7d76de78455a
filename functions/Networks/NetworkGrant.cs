using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Networks;

/// <summary>A page's access to its network, as the vault keeps it.</summary>
/// <param name="Account">The id of the page, channel or profile on the network.</param>
/// <param name="AccessToken">Sent with each request.</param>
sealed record NetworkGrant(string Account, string AccessToken)
{
    /// <summary>Stands for the account while a grant is of a person who has not chosen one.</summary>
    public const string OfPerson = "person";

    /// <summary>The account's name in addresses, where the network has one.</summary>
    public string? Username { get; init; }

    /// <summary>When the access token ends; null if it does not, or the network does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets a new access token; null if the network has none.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>When a person must connect the page again; null if unknown.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, NetworkStoredJson.Default.NetworkGrant);

    /// <summary>Null if the text is no grant.</summary>
    public static NetworkGrant? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, NetworkStoredJson.Default.NetworkGrant)
                is { Account.Length: > 0, AccessToken.Length: > 0 } grant ? grant : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Never the tokens: records print all their properties.</summary>
    public override string ToString() => $"grant of {Account}";
}

/// <summary>JSON of grants in the vault. Only add fields: secrets stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(NetworkGrant))]
sealed partial class NetworkStoredJson : JsonSerializerContext;
