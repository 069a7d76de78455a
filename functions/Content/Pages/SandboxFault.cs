namespace Planable.Content.Pages;

/// <summary>How a sandbox page fails, for tests and demonstrations.</summary>
enum SandboxFault
{
    /// <summary>Refuses the post.</summary>
    Refused,

    /// <summary>Answers after any timeout.</summary>
    Slow,

    /// <summary>No longer grants access.</summary>
    ExpiredGrant,

    /// <summary>Reports its rate limit.</summary>
    RateLimited,

    /// <summary>Never answers a request that it received, and cannot report the outcome later.</summary>
    DeadAfterSending,
}
