using Planable.Platform.Hosting;

namespace Planable.Platform.Http;

/// <param name="PublicBaseUrl">The URL at which callers reach the app; null means the host that a call was sent to.</param>
/// <param name="ClientAddressHeader">
/// The header in which a trusted front end sends the caller's IP address; null means that callers connect to us directly.
/// </param>
sealed record HttpSettings(Uri? PublicBaseUrl, string? ClientAddressHeader)
{
    public static HttpSettings Read(IConfiguration configuration) => new(
        configuration.Address(nameof(PublicBaseUrl)), configuration[nameof(ClientAddressHeader)] is { Length: > 0 } header ? header : null);
}

/// <summary>Limits for fetching URLs that callers give.</summary>
/// <param name="IdentityHost">The host of the managed identity's token endpoint, if there is one. It must never be fetched.</param>
/// <param name="AnswerTimeout">How long an address, and each that it redirects to, may take to send its headers.</param>
/// <param name="StallTimeout">How long no data may arrive.</param>
/// <param name="Timeout">How long the whole fetch may take; shorter than the host's functionTimeout.</param>
sealed record FetchSettings(string? IdentityHost, TimeSpan AnswerTimeout, TimeSpan StallTimeout, TimeSpan Timeout)
{
    public static FetchSettings Read(IConfiguration configuration) => new(
        Uri.TryCreate(configuration["IDENTITY_ENDPOINT"], UriKind.Absolute, out var identity) ? identity.IdnHost : null,
        configuration.Duration("Fetch:AnswerTimeout", TimeSpan.FromSeconds(15)),
        configuration.Duration("Fetch:StallTimeout", TimeSpan.FromSeconds(10)),
        configuration.Duration("Fetch:Timeout", TimeSpan.FromMinutes(3)));
}
