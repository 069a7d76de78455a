namespace Planable.Company.RateLimits;

/// <summary>What a limit leaves its caller, after this call.</summary>
/// <param name="Policy"><c>read</c>, <c>write</c> or <c>address</c>.</param>
/// <param name="Limit">Calls a minute.</param>
/// <param name="Reset">When some of what was used comes back.</param>
/// <param name="IsOver">Whether the call was one too many.</param>
sealed record RateLimit(string Policy, int Limit, int Remaining, DateTimeOffset Reset, bool IsOver = false);
