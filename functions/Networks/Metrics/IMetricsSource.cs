using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks.Metrics;

/// <summary>A network's answer to a request for metrics.</summary>
/// <param name="Verdict">Never <see cref="NetworkVerdict.Unknown"/>: a request without an answer can be repeated.</param>
/// <param name="Value">Null unless the verdict is Done.</param>
/// <param name="Message">Why there is no value, for people; never contains credentials or the network's raw answer.</param>
/// <param name="RetryAfter">How long to wait before the next request; null if the network does not say.</param>
sealed record MetricsAnswer<T>(
    NetworkVerdict Verdict, T? Value = null, string? Message = null, TimeSpan? RetryAfter = null) where T : class;

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
    /// <param name="credentials">The page's credentials; null if its network needs none.</param>
    Task<MetricsAnswer<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, string? credentials, CancellationToken cancel);

    /// <summary>A published post's metrics so far.</summary>
    /// <param name="credentials">The page's credentials; null if its network needs none.</param>
    Task<MetricsAnswer<PostFigures>> PostAsync(Page page, Post post, DateOnly today, string? credentials, CancellationToken cancel);
}
