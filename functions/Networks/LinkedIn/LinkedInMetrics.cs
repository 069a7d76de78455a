using System.Globalization;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.LinkedIn;

/// <summary>
/// Figures of organizations' pages and posts. The days of a page are five requests, whatever their number, and one more for each hundred
/// posts. Figures of ads are in another API, which needs an approval of its own.
/// </summary>
/// <remarks>
/// Source: learn.microsoft.com/linkedin, "Organization follower statistics", "Organization page statistics", "Organization share
/// statistics", "Network size".
/// </remarks>
sealed class LinkedInMetrics(NetworkHttp http, IConfiguration configuration, TimeProvider time, ILogger<LinkedInMetrics> log)
    : IMetricsSource
{
    /// <summary>How many posts are counted at once, and how often at most.</summary>
    const int Batch = 100, MostBatches = 10;

    const long LastMillisecond = 253_402_300_799_999;

    readonly LinkedInApi _api = new(http, configuration, log);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var shares = await DaysAsync("organizationalEntityShareStatistics", "organizationalEntity", from, to, grant!, cancel);
        if (Problem(shares) is { } noShares)
        {
            return noShares;
        }
        // LinkedIn knows the new followers of a day two days later, and refuses later days.
        var known = to < today.AddDays(-2) ? to : today.AddDays(-2);
        var gains = await DaysAsync("organizationalEntityFollowerStatistics", "organizationalEntity", from, known, grant!, cancel);
        if (Problem(gains) is { } noGains)
        {
            return noGains;
        }
        var views = await DaysAsync("organizationPageStatistics", "organization", from, to, grant!, cancel);
        if (Problem(views, isNeeded: false) is { } noViews)
        {
            return noViews;
        }
        var size = to < today ? new(NetworkVerdict.Refused) : await SizeAsync(grant!, cancel);
        if (Problem(size, isNeeded: false) is { } noSize)
        {
            return noSize;
        }
        var posts = await PostsAsync(from, grant!, cancel);
        if (Problem(posts, isNeeded: false) is { } noPosts)
        {
            return noPosts;
        }
        return NetworkResult<PageDay[]>.Done([.. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays).Select(day =>
        {
            var share = shares.Value!.GetValueOrDefault(day)?.TotalShareStatistics;
            var gain = gains.Value!.GetValueOrDefault(day)?.FollowerGains;
            var view = views.Value?.GetValueOrDefault(day)?.TotalPageStatistics?.Views?.AllPageViews;
            // LinkedIn leaves out days on which nothing happened.
            return new PageDay(day, new() { Linkedin = new(
                gain?.OrganicFollowerGain ?? 0, share?.ImpressionCount ?? 0,
                PaidFollowers: day <= known ? gain?.PaidFollowerGain ?? 0 : null,
                TotalFollowers: day == today ? size.Value?.FirstDegreeSize : null,
                Engagement: share?.Interactions ?? 0,
                PageInsights: views.Value is null ? null : view?.UniquePageViews ?? 0,
                PageViews: views.Value is null ? null : view?.PageViews ?? 0,
                Posts: posts.Value is { } counted && day >= counted.Since ? counted.Days.GetValueOrDefault(day) : null,
                Reshares: share?.ShareCount ?? 0, Reactions: share?.LikeCount ?? 0, Comments: share?.CommentCount ?? 0,
                ShareStats: new(
                    share?.UniqueImpressionsCount ?? 0, share?.ClickCount ?? 0, share?.Engagement ?? 0, share?.LikeCount ?? 0,
                    share?.CommentCount ?? 0, share?.ShareCount ?? 0, share?.ImpressionCount ?? 0,
                    share?.CommentMentionsCount, share?.ShareMentionsCount)) });
        })]);
    }

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        var id = post.Publishing?.RemoteId;
        if (id?.Split(':') is not ["urn", "li", var kind, _] || kind is not ("share" or "ugcPost"))
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "The post's id on LinkedIn is not known.", null);
        }
        var reply = await _api.FindAsync(
            $"/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity={Uri.EscapeDataString(grant!.Account)}"
            + $"&{kind}s=List({Uri.EscapeDataString(id)})", grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(LinkedInJson.Default.LinkedInListLinkedInStatistics) is not { } found)
        {
            return reply.Failure<NetworkResult<PostFigures>>();
        }
        if (found.Elements is not [{ TotalShareStatistics: { } seen }, ..])
        {
            // A post that nobody has seen has no figures, nor has one that was deleted.
            var one = await _api.GetAsync("/posts/" + Uri.EscapeDataString(id), grant.AccessToken, cancel);
            if (!one.IsSuccess)
            {
                return one.Status == 404
                    ? NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "LinkedIn does not have the post any more.", null)
                    : one.Failure<NetworkResult<PostFigures>>();
            }
            seen = new(0, 0, 0, 0, 0, 0, 0, null, null);
        }
        return NetworkResult<PostFigures>.Done(new(seen.ImpressionCount ?? 0, seen.Interactions, seen.LikeCount ?? 0)
        {
            Linkedin = new(
                seen.ImpressionCount ?? 0, seen.UniqueImpressionsCount ?? 0, seen.ClickCount ?? 0, seen.LikeCount ?? 0,
                seen.CommentCount ?? 0, seen.ShareCount ?? 0),
        });
    }

    /// <summary>Statistics by day, both included; none if the range is empty.</summary>
    /// <param name="finder">The name of the finder, and of its parameter.</param>
    async Task<NetworkResult<Dictionary<DateOnly, LinkedInStatistics>>> DaysAsync(
        string name, string finder, DateOnly from, DateOnly to, NetworkGrant grant, CancellationToken cancel)
    {
        Dictionary<DateOnly, LinkedInStatistics> days = [];
        if (to < from)
        {
            return NetworkResult<Dictionary<DateOnly, LinkedInStatistics>>.Done(days);
        }
        // The parentheses and colons of the range are part of the protocol, and not to be escaped.
        var reply = await _api.FindAsync(
            $"/{name}?q={finder}&{finder}={Uri.EscapeDataString(grant.Account)}&timeIntervals=(timeRange:(start:{Start(from)},"
            + $"end:{Start(to.AddDays(1))}),timeGranularityType:DAY)", grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(LinkedInJson.Default.LinkedInListLinkedInStatistics) is not { } list)
        {
            return reply.Failure<NetworkResult<Dictionary<DateOnly, LinkedInStatistics>>>();
        }
        foreach (var one in list.Elements ?? [])
        {
            if (Day(one.TimeRange?.Start) is { } day)
            {
                days[day] = one;
            }
        }
        return NetworkResult<Dictionary<DateOnly, LinkedInStatistics>>.Done(days);
    }

    async Task<NetworkResult<LinkedInSize>> SizeAsync(NetworkGrant grant, CancellationToken cancel)
    {
        var reply = await _api.GetAsync(
            $"/networkSizes/{Uri.EscapeDataString(grant.Account)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER", grant.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(LinkedInJson.Default.LinkedInSize) is { } size
            ? NetworkResult<LinkedInSize>.Done(size) : reply.Failure<NetworkResult<LinkedInSize>>();
    }

    /// <summary>Counts posts, newest first.</summary>
    async Task<NetworkResult<Counted>> PostsAsync(DateOnly from, NetworkGrant grant, CancellationToken cancel)
    {
        Dictionary<DateOnly, long> days = [];
        DateOnly? oldest = null;
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var reply = await _api.FindAsync(
                $"/posts?author={Uri.EscapeDataString(grant.Account)}&q=author&count={Batch}&start={batch * Batch}&sortBy=CREATED",
                grant.AccessToken, cancel);
            if (!reply.IsSuccess || reply.Read(LinkedInJson.Default.LinkedInListLinkedInPost) is not { } list)
            {
                return reply.Failure<NetworkResult<Counted>>();
            }
            var posts = list.Elements ?? [];
            foreach (var post in posts)
            {
                if (post.LifecycleState is null or "PUBLISHED" && Day(post.PublishedAt ?? post.CreatedAt) is { } day)
                {
                    days[day] = days.GetValueOrDefault(day) + 1;
                }
            }
            oldest = posts.Length < Batch ? null : Day(posts[^1].CreatedAt);
            if (oldest is null || oldest < from)
            {
                return NetworkResult<Counted>.Done(new(days, from));
            }
        }
        // There are even more: the days before are not known.
        return NetworkResult<Counted>.Done(new(days, oldest!.Value.AddDays(1)));
    }

    /// <summary>What to answer for a failure; null if there is none, or if the figures can do without.</summary>
    static NetworkResult<PageDay[]>? Problem<T>(NetworkResult<T> result, bool isNeeded = true) where T : class =>
        result.Verdict is NetworkVerdict.Done || (result.Verdict is NetworkVerdict.Refused && !isNeeded) ? null
            : NetworkResult<PageDay[]>.Failed(result.Verdict, result.Message, result.RetryAfter);

    static string Start(DateOnly day) =>
        new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    static DateOnly? Day(long? milliseconds) => milliseconds is >= 0 and <= LastMillisecond and var known
        ? DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(known).UtcDateTime) : null;

    /// <param name="Days">How many posts there are, by day.</param>
    /// <param name="Since">The first day of which all are counted.</param>
    sealed record Counted(Dictionary<DateOnly, long> Days, DateOnly Since);
}
