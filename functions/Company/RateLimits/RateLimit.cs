using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Company.RateLimits;

/// <summary>What is left of a limit after this call.</summary>
/// <param name="Policy"><c>read</c>, <c>write</c> or <c>address</c>.</param>
/// <param name="Limit">The limit, in calls a minute.</param>
/// <param name="Reset">When some of the used calls become available again.</param>
/// <param name="IsOver">Whether this call exceeded the limit.</param>
sealed record RateLimit(string Policy, int Limit, int Remaining, DateTimeOffset Reset, bool IsOver = false)
{
    /// <summary>Sent with <c>Retry-After</c>. Its problem+json form follows draft-ietf-httpapi-ratelimit-headers.</summary>
    public ProblemHttpResult Refusal()
    {
        var refusal = new Problem(ProblemKind.RateLimited, Policy switch
        {
            "read" => $"This token has reached its limit of {Limit} reads a minute.",
            "write" => $"This token has reached its limit of {Limit} writes a minute.",
            _ => $"This IP address has reached the limit of {Limit} calls a minute without a valid token or link.",
        }).ToResult();
        refusal.ProblemDetails.Type = "https://iana.org/assignments/http-problem-types#quota-exceeded";
        refusal.ProblemDetails.Extensions["violated-policies"] = new[] { Policy };
        return refusal;
    }
}
