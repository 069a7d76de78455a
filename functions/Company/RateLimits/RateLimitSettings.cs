using Planable.Platform.Hosting;

namespace Planable.Company.RateLimits;

/// <summary>Calls a minute: the reads of a token, its writes, and the calls of an address without a valid token.</summary>
sealed record RateLimitSettings(int Reads, int Writes, int Address)
{
    public static RateLimitSettings Read(IConfiguration configuration) => new(
        configuration.Number("RateLimits:Reads", 600), configuration.Number("RateLimits:Writes", 120),
        configuration.Number("RateLimits:Address", 60));
}
