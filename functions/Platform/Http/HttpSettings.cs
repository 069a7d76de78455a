using Planable.Platform.Hosting;

namespace Planable.Platform.Http;

/// <param name="PublicBaseUrl">Where callers reach the app; null means where a call came to.</param>
/// <param name="ClientAddressHeader">The header in which a trusted front end says who calls; null means that callers connect to us.</param>
sealed record HttpSettings(Uri? PublicBaseUrl, string? ClientAddressHeader)
{
    public static HttpSettings Read(IConfiguration configuration) => new(
        configuration.Address(nameof(PublicBaseUrl)), configuration[nameof(ClientAddressHeader)] is { Length: > 0 } header ? header : null);
}

/// <summary>How URLs that callers give are fetched.</summary>
/// <param name="IdentityHost">The host that gives tokens of our own identity, where there is one.</param>
/// <param name="AnswerTimeout">How long an address, and each that it redirects to, has for its headers.</param>
/// <param name="StallTimeout">How long nothing may come.</param>
/// <param name="Timeout">How long all of it may take; shorter than the host's functionTimeout.</param>
sealed record FetchSettings(string? IdentityHost, TimeSpan AnswerTimeout, TimeSpan StallTimeout, TimeSpan Timeout)
{
    public static FetchSettings Read(IConfiguration configuration) => new(
        Uri.TryCreate(configuration["IDENTITY_ENDPOINT"], UriKind.Absolute, out var identity) ? identity.IdnHost : null,
        configuration.Duration("Fetch:AnswerTimeout", TimeSpan.FromSeconds(15)),
        configuration.Duration("Fetch:StallTimeout", TimeSpan.FromSeconds(10)),
        configuration.Duration("Fetch:Timeout", TimeSpan.FromMinutes(3)));
}
