using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Networks.Metrics;

static class PageMetricsEndpoints
{
    /// <summary>The default and the maximum number of days in a list.</summary>
    const int DefaultDays = 30, MostDays = 90;

    public static void MapPageMetrics(this IEndpointRouteBuilder api)
    {
        var page = api.MapGroup("/pages/{id}").WithTags("Pages");
        page.MapGet("/metrics", GetPageMetrics).AnswersCsv().Fails(400, 404);
        page.MapPost("/sync", SyncPage).Fails(400, 404);
        page.MapGet("/sync-status", GetPageSyncStatus).Fails(404);
    }

    /// <summary>Get a page's metrics</summary>
    /// <remarks>
    /// One snapshot per UTC day, newest first; days without metrics are omitted. Send <c>Accept: text/csv</c> for all days of the range at
    /// once, one line per day, without the figures by ad account; <c>offset</c> and <c>limit</c> are then ignored. The CSV is UTF-8 and
    /// begins with a byte order mark, so that spreadsheets open it as it is. Requires analytics: an add-on of the workspace, or the
    /// Enterprise plan.
    /// </remarks>
    /// <param name="id">The page.</param>
    /// <param name="startDate">The first day: a date such as <c>2030-01-01</c>, or a time on that day.</param>
    /// <param name="endDate">The last day, which is included: a date, or a time on that day.</param>
    /// <param name="offset">How many days to skip.</param>
    /// <param name="limit">The maximum number of days to return, up to 90.</param>
    /// <response code="200">The days.</response>
    internal static async Task<OrProblem<Ok<PagedItems<PageMetricsResponse>>, CsvResult<PageMetricsResponse>>> GetPageMetrics(
        string id, [Rfc3339] string startDate, [Rfc3339] string endDate, Caller caller,
        MetricsStore metrics, PageStore pages, HttpContext http,
        CancellationToken cancel, [Range(0, int.MaxValue)] int offset = 0, [Range(1, MostDays)] int limit = DefaultDays)
    {
        var (holder, problem) = await AuthorizeAsync(id, caller, cancel);
        if (holder is not { } known)
        {
            return problem!;
        }
        if (!Days.TryRead(startDate, endDate, out var days))
        {
            return Days.Reversed();
        }
        var named = pages.FindAsync(known, cancel);
        var isCsv = Csv.IsWanted(http);
        var found = isCsv ? []
            : await metrics.PageAsync(known, days.Start, days.End, (int)Math.Min(int.MaxValue, (long)offset + limit + 1), cancel)
            .Skip(offset).ToListAsync(cancel);
        return await named is not { } page ? Problems.NotFound("page")
            : isCsv ? new CsvResult<PageMetricsResponse>($"{id}-metrics", metrics.PageAsync(known, days.Start, days.End, null, cancel)
                .Select(day => PageMetricsResponse.Of(day, id, page)),
                MetricsApiJson.Default.PageMetricsResponse, block => block == page.Platform)
            : TypedResults.Ok(new PagedItems<PageMetricsResponse>(
                [.. found.Take(limit).Select(day => PageMetricsResponse.Of(day, id, page))], new(offset, limit, found.Count > limit)));
    }

    /// <summary>Sync a page's metrics</summary>
    /// <remarks>
    /// Fetches the page's metrics from its network now; the first sync fetches the last 90 days. Every page is also synced once a day
    /// without this call. Only one sync of a page runs at a time. Networks without analytics (pinterest, twitter, universal) and pages that
    /// are not connected get 400. Requires analytics: an add-on of the workspace, or the Enterprise plan.
    /// </remarks>
    /// <param name="id">The page.</param>
    /// <response code="200">Whether the sync has started; see sync-status for its progress.</response>
    internal static async Task<OrProblem<Ok<Data<PageSyncResponse>>>> SyncPage(
        string id, Caller caller, SyncRequests syncs, IdempotencyKey operation, CancellationToken cancel)
    {
        var (holder, problem) = await AuthorizeAsync(id, caller, cancel);
        if (holder is not { } page)
        {
            return problem!;
        }
        (var start, problem) = await syncs.StartAsync(new(IdKind.Page, page), operation, () => syncs.CheckPageAsync(page, cancel), cancel);
        return problem is not null ? problem : TypedResults.Ok(new Data<PageSyncResponse>(new(id, start!.Started, start.Message)));
    }

    /// <summary>Get the status of a page's sync</summary>
    /// <remarks>Requires analytics: an add-on of the workspace, or the Enterprise plan.</remarks>
    /// <param name="id">The page.</param>
    /// <response code="200">Whether a sync is running, and when the last successful one ended.</response>
    internal static async Task<OrProblem<Ok<Data<PageSyncStatus>>>> GetPageSyncStatus(
        string id, Caller caller, MetricsStore metrics, PageStore pages, TimeProvider time, CancellationToken cancel)
    {
        var (holder, problem) = await AuthorizeAsync(id, caller, cancel);
        if (holder is not { } page)
        {
            return problem!;
        }
        var known = pages.FindAsync(page, cancel);
        var state = await metrics.StateAsync(new(IdKind.Page, page), cancel);
        return await known is null ? Problems.NotFound("page")
            : TypedResults.Ok(new Data<PageSyncStatus>(new(id, state.IsUnderway(time.GetUtcNow()), state.SyncedAt, state.Message)));
    }

    static async ValueTask<Outcome<Id?>> AuthorizeAsync(string id, Caller caller, CancellationToken cancel)
    {
        if (!IdKind.Page.TryParse(id, out var page))
        {
            return Problems.NotFound("page");
        }
        var (workspace, problem) = await caller.AuthorizeAsync(page, "page", Permission.VIEW, cancel);
        return (problem ?? Analytics.Check(caller, workspace!)) is { } refused ? refused : page;
    }
}

/// <summary>Whether a sync has started.</summary>
/// <param name="PageId">The page.</param>
/// <param name="Started">False if a sync is already running.</param>
/// <param name="Message">The same in words.</param>
sealed record PageSyncResponse(string PageId, bool Started, string Message);

/// <summary>The status of a page's sync.</summary>
/// <param name="PageId">The page.</param>
/// <param name="SyncInProgress">Whether a sync is running.</param>
/// <param name="LastSyncedAt">When the last successful sync ended; null for never.</param>
/// <param name="Message">Why the last sync failed, or why this one waits.</param>
sealed record PageSyncStatus(
    string PageId, bool SyncInProgress,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LastSyncedAt, string? Message = null);

/// <summary>A page's metrics for one day, in the terms of its network.</summary>
sealed record PageMetricsResponse
{
    /// <summary>The day, in UTC.</summary>
    /// <example>2030-01-31</example>
    public required DateOnly Date { get; init; }

    /// <summary>The page.</summary>
    public required string PageId { get; init; }

    /// <summary>The page's name.</summary>
    public required string PageName { get; init; }

    /// <summary>The page's network; only that network's metrics are included.</summary>
    /// <example>facebook</example>
    public required string PageType { get; init; }

    /// <summary>When the metrics were fetched, or the last moment of the day if that is earlier.</summary>
    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>Whether the day was not over when the metrics were fetched, so that they may still grow.</summary>
    public required bool Partial { get; init; }

    /// <summary>The page's metrics on Facebook, if that is its network.</summary>
    public FacebookPage? Facebook { get; init; }

    /// <summary>The page's metrics on Instagram, if that is its network.</summary>
    public InstagramPage? Instagram { get; init; }

    /// <summary>The page's metrics on LinkedIn, if that is its network.</summary>
    public LinkedinPage? Linkedin { get; init; }

    /// <summary>The page's metrics on TikTok, if that is its network.</summary>
    public TiktokPage? Tiktok { get; init; }

    /// <summary>The page's metrics on Threads, if that is its network.</summary>
    public ThreadsPage? Threads { get; init; }

    /// <summary>The page's metrics on Google Business Profile, if that is its network.</summary>
    public GoogleMyBusinessPage? GoogleMyBusiness { get; init; }

    /// <summary>The page's metrics on YouTube, if that is its network.</summary>
    public YoutubePage? Youtube { get; init; }

    public static PageMetricsResponse Of(PageSnapshot day, string id, Page page)
    {
        var last = Days.LastMomentOf(day.Date);
        return new()
        {
            Date = day.Date,
            PageId = id,
            PageName = page.Name,
            PageType = page.Platform,
            FetchedAt = day.FetchedAt < last ? day.FetchedAt : last,
            Partial = day.FetchedAt < last,
            Facebook = day.Figures.Facebook,
            Instagram = day.Figures.Instagram,
            Linkedin = day.Figures.Linkedin,
            Tiktok = day.Figures.Tiktok,
            Threads = day.Figures.Threads,
            GoogleMyBusiness = day.Figures.GoogleMyBusiness,
            Youtube = day.Figures.Youtube,
        };
    }
}
