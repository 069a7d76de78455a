using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Company.RateLimits;

/// <summary>What a limit leaves its caller, after this call.</summary>
/// <param name="Policy"><c>read</c>, <c>write</c> or <c>address</c>.</param>
/// <param name="Limit">Calls a minute.</param>
/// <param name="Reset">When some of what was used comes back.</param>
/// <param name="IsOver">Whether the call was one too many.</param>
sealed record RateLimit(string Policy, int Limit, int Remaining, DateTimeOffset Reset, bool IsOver = false)
{
    /// <summary>Sent with <c>Retry-After</c>. In problem+json it is what draft-ietf-httpapi-ratelimit-headers defines.</summary>
    public ProblemHttpResult Refusal()
    {
        var refusal = new Problem(ProblemKind.RateLimited, Policy switch
        {
            "read" => $"This token has {Limit} reads a minute, and they are used.",
            "write" => $"This token has {Limit} writes a minute, and they are used.",
            _ => $"An address has {Limit} calls a minute without a valid token or link, and they are used.",
        }).ToResult();
        refusal.ProblemDetails.Type = "https://iana.org/assignments/http-problem-types#quota-exceeded";
        refusal.ProblemDetails.Extensions["violated-policies"] = new[] { Policy };
        return refusal;
    }
}
