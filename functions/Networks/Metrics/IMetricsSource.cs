using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks.Metrics;

/// <summary>A page's metrics for one UTC day.</summary>
sealed record PageDay(DateOnly Date, PageFigures Figures);

/// <summary>
/// Reads metrics from a social network; registered under the name in Page.Network. Each call is one try. It throws if the network does not
/// answer or the caller cancels.
/// </summary>
interface IMetricsSource
{
    /// <summary>The most days per request; no network allows more.</summary>
    const int MostDays = 90;

    /// <summary>The days from <paramref name="from"/> to <paramref name="to"/>, both included; days without metrics are omitted.</summary>
    /// <param name="grant">The page's access to its network; null if its network needs none.</param>
    Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel);

    /// <summary>A published post's metrics so far.</summary>
    /// <param name="grant">The page's access to its network; null if its network needs none.</param>
    Task<NetworkResult<PostFigures>> PostAsync(Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel);
}
