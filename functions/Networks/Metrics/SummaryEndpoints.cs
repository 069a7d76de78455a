using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Networks.Metrics;

static class SummaryEndpoints
{
    /// <summary>The most days in the range of a summary.</summary>
    public const int MostDays = 366;

    public static void MapMetricsSummary(this IEndpointRouteBuilder api) =>
        api.MapGroup("/workspaces/{id}/metrics").WithTags("Workspaces").MapGet("/summary", GetMetricsSummary).Fails(400, 404);

    /// <summary>Summarize a workspace's metrics</summary>
    /// <remarks>
    /// The metrics of all its pages over a range of up to 366 UTC days, in terms that all networks share, in total and for each page.
    /// Figures are sums over the days; <c>followers</c> is from the last day with metrics. Requires analytics: an add-on of the workspace,
    /// or the Enterprise plan.
    /// </remarks>
    /// <param name="id">The workspace.</param>
    /// <param name="startDate">The first day: a date such as <c>2030-01-01</c>, or a time on that day.</param>
    /// <param name="endDate">The last day, which is included: a date, or a time on that day.</param>
    /// <response code="200">The metrics.</response>
    internal static async Task<OrProblem<Ok<Data<MetricsSummary>>>> GetMetricsSummary(
        string id, [Rfc3339] string startDate, [Rfc3339] string endDate, Caller caller,
        MetricsStore metrics, PageStore pages, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(id, Permission.VIEW, cancel);
        problem ??= Analytics.Check(caller, workspace!);
        if (problem is not null)
        {
            return problem;
        }
        if (!Days.TryRead(startDate, endDate, out var days))
        {
            return Days.Reversed();
        }
        if (days.Count > MostDays)
        {
            return Problems.Invalid(nameof(endDate), $"The range must have at most {MostDays} days.");
        }
        var measured = (await pages.ListAsync(workspace!.Key, cancel)).Where(page => Analytics.HasPages(page.Platform));
        var each = await measured.EachAsync(async (page, stop) =>
        {
            var found = await metrics.PageAsync(new(workspace.Key, page.Key), days.Start, days.End, null, stop)
                .Select(day => CommonFigures.Of(day.Figures)).ToListAsync(stop);
            return new PageSummary(
                IdKind.Page.Format(workspace.Key, page.Key), page.Name, page.Platform, found.Count, CommonFigures.OverDays(found));
        }, cancel, atOnce: Limits.PageSize);
        return TypedResults.Ok(new Data<MetricsSummary>(new(
            workspace.Id, days.Start, days.End, CommonFigures.Sum([.. each.Select(page => page.Figures)]), each)));
    }
}

/// <summary>The metrics of a workspace's pages over a range of days.</summary>
/// <param name="WorkspaceId">The workspace.</param>
/// <param name="StartDate">The first day.</param>
/// <param name="EndDate">The last day.</param>
/// <param name="Total">All pages together.</param>
/// <param name="Pages">Each page that has analytics, newest first.</param>
sealed record MetricsSummary(string WorkspaceId, DateOnly StartDate, DateOnly EndDate, CommonFigures Total, PageSummary[] Pages);

/// <summary>A page's metrics over the range.</summary>
/// <param name="PageId">The page.</param>
/// <param name="PageName">The page's name.</param>
/// <param name="PageType">The page's network.</param>
/// <param name="Days">How many of the days have metrics.</param>
/// <param name="Figures">The page's metrics.</param>
sealed record PageSummary(string PageId, string PageName, string PageType, int Days, CommonFigures Figures);
