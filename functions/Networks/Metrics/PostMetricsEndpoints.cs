using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Networks.Metrics;

static class PostMetricsEndpoints
{
    public static void MapPostMetrics(this IEndpointRouteBuilder api)
    {
        var post = api.MapGroup("/posts/{id}").WithTags("Posts");
        post.MapGet("/metrics", GetPostMetrics).AnswersCsv().Fails(400, 404);
        post.MapPost("/sync", SyncPost).Fails(400, 404);
        post.MapGet("/sync-status", GetPostSyncStatus).Fails(404);
    }

    /// <summary>Get a post's metrics</summary>
    /// <remarks>
    /// The totals since the post was published, as last fetched from its network. Send <c>Accept: text/csv</c> for the totals up to each
    /// day, newest first. The CSV is UTF-8 and begins with a byte order mark, so that spreadsheets open it as it is. 400 if the post is not
    /// published, 404 if there are no metrics yet. Requires analytics: an add-on of the workspace, or the Enterprise plan.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">The metrics.</response>
    internal static async Task<OrProblem<Ok<Data<PostMetricsResponse>>, CsvResult<PostMetricsResponse>>> GetPostMetrics(
        string id, Caller caller, MetricsStore metrics, PostStore posts, HttpContext http, CancellationToken cancel)
    {
        var (holder, problem) = await AuthorizeAsync(id, caller, cancel);
        if (holder is not { } known)
        {
            return problem!;
        }
        var named = posts.FindAsync(known, cancel);
        var latest = await metrics.PostAsync(known, take: 1, cancel).FirstOrDefaultAsync(cancel);
        return await named is not { } post || !caller.Sees(post) ? Problems.NotFound("post")
            : post.Delivery is not Delivery.Published ? Problems.Malformed("The post is not published.")
            : latest is null ? Problems.NoMetricsYet()
            : Csv.IsWanted(http) ? new CsvResult<PostMetricsResponse>($"{id}-metrics", metrics.PostAsync(known, take: null, cancel)
                .Select(day => PostMetricsResponse.Of(day, post)),
                MetricsApiJson.Default.PostMetricsResponse, block => block == post.Platform)
            : TypedResults.Ok(new Data<PostMetricsResponse>(PostMetricsResponse.Of(latest, post)));
    }

    /// <summary>Sync a post's metrics</summary>
    /// <remarks>
    /// Fetches the post's metrics from its network now. New posts are also synced several times a day without this call, older ones less
    /// often. Only one sync of a post runs at a time. Posts that are not published, or on networks without metrics of single posts
    /// (googleMyBusiness, universal), get 400. Requires analytics: an add-on of the workspace, or the Enterprise plan.
    /// </remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">Whether the sync has started; see sync-status for its progress.</response>
    internal static async Task<OrProblem<Ok<Data<PostSyncResponse>>>> SyncPost(
        string id, Caller caller, SyncRequests syncs, IdempotencyKey operation, CancellationToken cancel)
    {
        var (holder, problem) = await AuthorizeAsync(id, caller, cancel);
        if (holder is not { } post)
        {
            return problem!;
        }
        (var start, problem) = await syncs.StartAsync(
            new(IdKind.Post, post), operation, () => syncs.CheckPostAsync(post, caller.Sees, cancel), cancel);
        return problem is not null ? problem : TypedResults.Ok(new Data<PostSyncResponse>(new(id, start!.Started, start.Message)));
    }

    /// <summary>Get the status of a post's sync</summary>
    /// <remarks>Requires analytics: an add-on of the workspace, or the Enterprise plan.</remarks>
    /// <param name="id">The post.</param>
    /// <response code="200">Whether a sync is running, and when the last successful one ended.</response>
    internal static async Task<OrProblem<Ok<Data<PostSyncStatus>>>> GetPostSyncStatus(
        string id, Caller caller, MetricsStore metrics, PostStore posts, TimeProvider time, CancellationToken cancel)
    {
        var (holder, problem) = await AuthorizeAsync(id, caller, cancel);
        if (holder is not { } known)
        {
            return problem!;
        }
        var named = posts.FindAsync(known, cancel);
        var state = await metrics.StateAsync(new(IdKind.Post, known), cancel);
        return await named is { } post && caller.Sees(post)
            ? TypedResults.Ok(new Data<PostSyncStatus>(new(id, state.IsUnderway(time.GetUtcNow()), state.SyncedAt, state.Message)))
            : Problems.NotFound("post");
    }

    static async ValueTask<Outcome<Id?>> AuthorizeAsync(string id, Caller caller, CancellationToken cancel)
    {
        var (target, problem) = await PostAccess.AuthorizeAsync(id, caller, Permission.VIEW, cancel);
        return target is not var (post, workspace) ? problem! : Analytics.Check(caller, workspace) is { } refused ? refused : post;
    }
}

/// <summary>Whether a sync has started.</summary>
/// <param name="PostId">The post.</param>
/// <param name="Started">False if a sync is already running.</param>
/// <param name="Message">The same in words.</param>
sealed record PostSyncResponse(string PostId, bool Started, string Message);

/// <summary>The status of a post's sync.</summary>
/// <param name="PostId">The post.</param>
/// <param name="SyncInProgress">Whether a sync is running.</param>
/// <param name="LastSyncedAt">When the last successful sync ended; null for never.</param>
/// <param name="Message">Why the last sync failed, or why this one waits.</param>
sealed record PostSyncStatus(
    string PostId, bool SyncInProgress,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LastSyncedAt, string? Message = null);

/// <summary>A post's metrics, in common terms and in those of its network.</summary>
sealed record PostMetricsResponse
{
    /// <summary>The day of the metrics, in UTC.</summary>
    /// <example>2030-01-31</example>
    public required DateOnly Date { get; init; }

    /// <summary>The post.</summary>
    public required string PostId { get; init; }

    /// <summary>The post's page.</summary>
    public required string PageId { get; init; }

    /// <summary>The post's network; only that network's metrics are included.</summary>
    /// <example>facebook</example>
    public required string PageType { get; init; }

    /// <summary>When the metrics were fetched.</summary>
    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>How often the post was seen.</summary>
    public required long Impressions { get; init; }

    /// <summary>All interactions together.</summary>
    public required long Engagement { get; init; }

    /// <summary>Likes and similar reactions.</summary>
    public required long Reactions { get; init; }

    /// <summary>The post's metrics on Facebook, if that is its network.</summary>
    public FacebookPost? Facebook { get; init; }

    /// <summary>The post's metrics on Instagram, if that is its network.</summary>
    public InstagramPost? Instagram { get; init; }

    /// <summary>The post's metrics on LinkedIn, if that is its network.</summary>
    public LinkedinPost? Linkedin { get; init; }

    /// <summary>The post's metrics on TikTok, if that is its network.</summary>
    public TiktokPost? Tiktok { get; init; }

    /// <summary>The post's metrics on Threads, if that is its network.</summary>
    public ThreadsPost? Threads { get; init; }

    /// <summary>The post's metrics on YouTube, if that is its network.</summary>
    public YoutubePost? Youtube { get; init; }

    public static PostMetricsResponse Of(PostSnapshot day, Post post) => new()
    {
        Date = day.Date,
        PostId = post.Id,
        PageId = IdKind.Page.Format(post.Workspace, post.Page),
        PageType = post.Platform,
        FetchedAt = day.FetchedAt,
        Impressions = day.Figures.Impressions,
        Engagement = day.Figures.Engagement,
        Reactions = day.Figures.Reactions,
        Facebook = day.Figures.Facebook,
        Instagram = day.Figures.Instagram,
        Linkedin = day.Figures.Linkedin,
        Tiktok = day.Figures.Tiktok,
        Threads = day.Figures.Threads,
        Youtube = day.Figures.Youtube,
    };
}
