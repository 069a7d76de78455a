namespace Planable.Platform;

/// <summary>Limits of a request, each with its unit.</summary>
static class Limits
{
    /// <summary>Bytes of a body: twice the longest possible post with every character escaped.</summary>
    public const int Body = 1024 * 1024;

    /// <summary>
    /// Bytes of a refused body that are still read: if the connection closed earlier, the sender might never see the response.
    /// </summary>
    public const int DrainedBody = 64 * Body;

    /// <summary>Bytes of a file that the app fetches.</summary>
    public const long File = 100 * 1024 * 1024;

    /// <summary>Characters of a URL that the app fetches.</summary>
    public const int Url = 8_192;

    /// <summary>The most rows of a page of a list, and the number unless the caller says otherwise.</summary>
    public const int PageSize = 100, DefaultPageSize = 20;

    /// <summary>Parallel reads of a call that spans workspaces.</summary>
    public const int Parallel = 16;

    /// <summary>How long a call may take. Shorter than the host's functionTimeout, after which the host ends the whole process.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
}
