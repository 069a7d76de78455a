using System.Text.Json.Serialization;
using Planable.Company.Tokens;

namespace Planable.Doors.OAuth;

/// <summary>JSON of OAuth as apps send and get it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientMetadata))]
[JsonSerializable(typeof(RegistrationResponse))]
[JsonSerializable(typeof(IssuedTokens))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ResourceMetadata))]
sealed partial class OAuthApiJson : JsonSerializerContext;

/// <summary>Grants and clients as stored. Change a document only by adding fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Grant))]
[JsonSerializable(typeof(RegisteredClient))]
sealed partial class OAuthStoredJson : JsonSerializerContext;

/// <summary>The body of an error.</summary>
sealed record ErrorAnswer(string Error, string ErrorDescription);

/// <summary>A registered client (RFC 7591).</summary>
/// <param name="ClientIdIssuedAt">In seconds since 1970.</param>
sealed record RegistrationResponse(string ClientId, long ClientIdIssuedAt, string ClientName, string[] RedirectUris)
{
    public string TokenEndpointAuthMethod { get; } = "none";

    public string[] GrantTypes { get; } = ServerMetadata.Grants;

    public string[] ResponseTypes { get; } = ["code"];
}

/// <summary>What the authorization server offers (RFC 8414).</summary>
sealed record ServerMetadata(string Issuer)
{
    public static readonly string[] Grants = ["authorization_code", "refresh_token"], Secretless = ["none"];

    public string AuthorizationEndpoint => Issuer + OAuthEndpoints.Authorize;

    public string TokenEndpoint => Issuer + OAuthEndpoints.Token;

    public string RevocationEndpoint => Issuer + OAuthEndpoints.Revoke;

    public string RegistrationEndpoint => Issuer + OAuthEndpoints.Register;

    public string[] ScopesSupported { get; } = [.. AppScopes.All.Keys, AuthorizationRequest.OfflineAccess];

    public string[] ResponseTypesSupported { get; } = ["code"];

    public string[] ResponseModesSupported { get; } = ["query"];

    public string[] GrantTypesSupported { get; } = Grants;

    public string[] TokenEndpointAuthMethodsSupported { get; } = Secretless;

    public string[] RevocationEndpointAuthMethodsSupported { get; } = Secretless;

    public string[] CodeChallengeMethodsSupported { get; } = ["S256"];

    public bool AuthorizationResponseIssParameterSupported { get; } = true;

    public bool ClientIdMetadataDocumentSupported { get; } = true;
}

/// <summary>What a resource needs of an app (RFC 9728).</summary>
sealed record ResourceMetadata(string Resource, string[] AuthorizationServers)
{
    public string ResourceName { get; } = "Planable";

    public string[] ScopesSupported { get; } = [.. AppScopes.All.Keys];

    public string[] BearerMethodsSupported { get; } = ["header"];
}
