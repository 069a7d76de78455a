namespace Planable.Platform;

/// <summary>Bounds of a request, each with its unit.</summary>
static class Limits
{
    /// <summary>Bytes of a body: the longest post there is, every character escaped, twice over.</summary>
    public const int Body = 1024 * 1024;

    /// <summary>
    /// Bytes of a body that are read to its end, if only to be refused: cut off earlier,
    /// its sender might never see the answer.
    /// </summary>
    public const int DrainedBody = 64 * Body;

    /// <summary>Bytes of a file that is fetched.</summary>
    public const long File = 100 * 1024 * 1024;

    /// <summary>Characters of an address that is fetched.</summary>
    public const int Url = 8_192;

    /// <summary>Rows a list gives at the most, and unless told.</summary>
    public const int PageSize = 100, DefaultPageSize = 20;

    /// <summary>Reads under way at once where a call spans workspaces.</summary>
    public const int Parallel = 16;

    /// <summary>How long a call may take; shorter than the host's functionTimeout, whose end is the end of the whole process.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
}
