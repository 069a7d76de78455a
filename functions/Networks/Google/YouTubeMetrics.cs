using System.Globalization;
using System.Text.Json;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.Google;

/// <summary>
/// Figures of channels and videos on YouTube: two requests each, however many days. Days are those of California, as YouTube counts them.
/// </summary>
/// <remarks>Source: developers.google.com/youtube/analytics/reference/reports/query, developers.google.com/youtube/v3/docs.</remarks>
sealed class YouTubeMetrics(NetworkHttp http, IConfiguration configuration) : IMetricsSource
{
    /// <summary>YouTube has a day's figures up to three days later, and revises them: they are asked for again.</summary>
    const int LateDays = 7;

    const string OfPosts = "views,estimatedMinutesWatched,comments,likes,dislikes,shares";

    const string OfPages = OfPosts + ",averageViewDuration,subscribersGained,subscribersLost";

    readonly NetworkAddresses _addresses = YouTubeApi.Addresses(configuration);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        var late = to.AddDays(-LateDays);
        var (report, failure) = await ReportAsync(grant!, from < late ? from : late, to, OfPages, day: true, null, cancel);
        if (report is null)
        {
            return NetworkResult<PageDay[]>.Failed(failure!.Verdict, failure.Message, failure.RetryAfter);
        }
        var reply = await http.GetAsync(
            _addresses.Url("/channels") + NetworkHttp.Query(("part", "statistics"), ("id", grant!.Account)), grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(YouTubeJson.Default.YouTubeListYouTubeChannel) is not { Items: { } channels })
        {
            return reply.Failure<NetworkResult<PageDay[]>>(YouTubeApi.Name);
        }
        return channels is [{ Statistics: { } now }, ..] ? NetworkResult<PageDay[]>.Done(Days(report, now))
            : NetworkResult<PageDay[]>.Failed(NetworkVerdict.Refused, "YouTube does not have the channel any more.", null);
    }

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        if (post.Publishing?.RemoteId is not { } id)
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "The post's id on YouTube is not known.", null);
        }
        var reply = await http.GetAsync(
            _addresses.Url("/videos") + NetworkHttp.Query(("part", "statistics"), ("id", id)), grant!.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(YouTubeJson.Default.YouTubeListYouTubeVideo) is not { Items: { } videos })
        {
            return reply.Failure<NetworkResult<PostFigures>>(YouTubeApi.Name);
        }
        if (videos is not [{ Statistics: { } now }, ..])
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "YouTube does not have the video any more.", null);
        }
        // The day of its publication can be the one before in California.
        var from = post.Publishing.PublishedAt is { } at ? DateOnly.FromDateTime(at.UtcDateTime).AddDays(-1) : today.AddDays(-1);
        var (report, failure) = await ReportAsync(grant, from, today, OfPosts, day: false, id, cancel);
        if (report is null)
        {
            return failure!;
        }
        // The report lacks the last days; the counts are of now, but the owner can hide them, and of some things there are none.
        var row = report.Rows is [{ } first, ..] ? first : [];
        var (views, likes, dislikes, comments, shares) = (
            now.ViewCount ?? report.Number(row, "views"), now.LikeCount ?? report.Number(row, "likes"),
            now.DislikeCount ?? report.Number(row, "dislikes"), now.CommentCount ?? report.Number(row, "comments"),
            report.Number(row, "shares"));
        return NetworkResult<PostFigures>.Done(new(views, likes + dislikes + comments + shares, likes)
        {
            Youtube = new(views, likes, dislikes, comments, shares, report.Number(row, "estimatedMinutesWatched")),
        });
    }

    async Task<(YouTubeReport? Report, NetworkResult<PostFigures>? Failure)> ReportAsync(
        NetworkGrant grant, DateOnly from, DateOnly to, string metrics, bool day, string? video, CancellationToken cancel)
    {
        var reply = await http.GetAsync(
            _addresses.ReportsUrl() + NetworkHttp.Query(
                ("ids", "channel==MINE"), ("startDate", Text(from)), ("endDate", Text(to)), ("metrics", metrics),
                ("dimensions", day ? "day" : null), ("sort", day ? "day" : null), ("filters", video is null ? null : "video==" + video)),
            grant.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(YouTubeJson.Default.YouTubeReport) is { ColumnHeaders: not null } report ? (report, null)
            : (null, reply.Failure<NetworkResult<PostFigures>>(YouTubeApi.Name));
    }

    /// <summary>
    /// The report's days. YouTube tells the subscribers of now, rounded: those at the end of a day are these less the changes since. It
    /// tells the number of videos of now only.
    /// </summary>
    static PageDay[] Days(YouTubeReport report, YouTubeStatistics now)
    {
        var total = now.HiddenSubscriberCount is true ? null : now.SubscriberCount;
        List<PageDay> days = [];
        foreach (var row in (report.Rows ?? []).OrderByDescending(row => Date(report, row) ?? DateOnly.MinValue))
        {
            var (gained, lost) = (report.Number(row, "subscribersGained"), report.Number(row, "subscribersLost"));
            var (comments, likes, dislikes, shares) = (
                report.Number(row, "comments"), report.Number(row, "likes"), report.Number(row, "dislikes"), report.Number(row, "shares"));
            if (Date(report, row) is { } date)
            {
                days.Add(new(date, new()
                {
                    Youtube = new(
                        gained - lost, gained, lost, now.VideoCount ?? 0, report.Number(row, "views"),
                        report.Number(row, "estimatedMinutesWatched"), comments, likes, dislikes, shares,
                        likes + dislikes + comments + shares, report.Number(row, "averageViewDuration"), total),
                }));
            }
            total -= gained - lost;
        }
        days.Reverse();
        return [.. days];
    }

    static DateOnly? Date(YouTubeReport report, JsonElement[] row) =>
        report.Cell(row, "day") is { ValueKind: JsonValueKind.String } cell
        && DateOnly.TryParseExact(cell.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : null;

    static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
