namespace Planable.Content.Pages;

/// <summary>How a sandbox page fails, for tests and for showing what happens then.</summary>
enum SandboxFault
{
    /// <summary>Says no.</summary>
    Refused,

    /// <summary>Takes longer than anybody waits.</summary>
    Slow,

    /// <summary>Does not let us in any more.</summary>
    ExpiredGrant,

    /// <summary>Has been asked too often.</summary>
    RateLimited,

    /// <summary>Falls silent once it has the request, and cannot tell afterwards what became of it.</summary>
    DeadAfterSending,
}
