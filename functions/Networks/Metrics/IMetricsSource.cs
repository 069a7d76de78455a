using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks.Metrics;

/// <summary>A network's answer to a question.</summary>
/// <param name="Verdict">Never <see cref="NetworkVerdict.Unknown"/>: a question that got no answer may be asked again.</param>
/// <param name="Value">Null unless it is done.</param>
/// <param name="Message">Why there is none, for people; never credentials, never the network's answer as it came.</param>
/// <param name="RetryAfter">How long the network wants to be left alone.</param>
sealed record MetricsAnswer<T>(
    NetworkVerdict Verdict, T? Value = null, string? Message = null, TimeSpan? RetryAfter = null) where T : class;

/// <summary>What a network told of a page about a day, in UTC.</summary>
sealed record PageDay(DateOnly Date, PageFigures Figures);

/// <summary>
/// A social network, as far as its figures go; registered under the name that pages have for it. Each call is one try; that nobody answered
/// is an exception, as it comes, and so is the end of the caller's patience.
/// </summary>
interface IMetricsSource
{
    /// <summary>Days that one question may be about; no network takes more.</summary>
    const int MostDays = 90;

    /// <summary>
    /// The days from <paramref name="from"/> to <paramref name="to"/>, both included;
    /// those it knows nothing of are left out.
    /// </summary>
    /// <param name="credentials">What the page was connected with; null where its network needs none.</param>
    Task<MetricsAnswer<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, string? credentials, CancellationToken cancel);

    /// <summary>What a published post has come to by now.</summary>
    /// <param name="credentials">What the page was connected with; null where its network needs none.</param>
    Task<MetricsAnswer<PostFigures>> PostAsync(Page page, Post post, DateOnly today, string? credentials, CancellationToken cancel);
}
