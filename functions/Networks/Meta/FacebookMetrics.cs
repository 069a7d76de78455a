using System.Globalization;
using System.Text.Json;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.Meta;

/// <summary>
/// Figures of Facebook pages and posts. Facebook answers an unknown metric with an error for all that were asked for together, and ends
/// metrics from time to time: each is asked for alone, and one that has ended counts as zero.
/// </summary>
/// <remarks>
/// Source: developers.facebook.com, "Page Insights", "Post Insights", "Video Insights". A sync of a page takes 9 requests, and one more for
/// each further 100 posts, up to 18; that of a post takes 2 or 3, and at most 8 more when a metric has ended.
/// </remarks>
sealed class FacebookMetrics(NetworkHttp http, IConfiguration configuration) : IMetricsSource
{
    const int MostParts = 10;

    static readonly string[] Metrics =
    [
        "page_follows", "page_daily_follows_unique", "page_daily_unfollows_unique", "page_post_engagements",
        "page_actions_post_reactions_total", "page_views_total", "page_media_view",
    ];

    static readonly string[] OfPosts =
        ["post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_by_type_total"];

    static readonly string[] OfVideos = ["fb_reels_total_plays", "total_video_views", "post_video_social_actions"];

    readonly NetworkAddresses _addresses = FacebookApi.Addresses(configuration);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        // The gain of the first day is the difference to the day before.
        var first = to.DayNumber - from.DayNumber + 1 < IMetricsSource.MostDays ? from.AddDays(-1) : from;
        Dictionary<string, Dictionary<DateOnly, Views>> series = new(StringComparer.Ordinal);
        foreach (var metric in Metrics)
        {
            // Days are of Pacific time, which end at 7 or 8 o'clock UTC.
            var reply = await http.GetAsync(
                _addresses.Url($"{grant!.Account}/insights") + NetworkHttp.Query(
                    ("metric", metric), ("period", "day"), ("since", Seconds(first, 9)), ("until", Seconds(to.AddDays(1), 9)),
                    ("breakdown", metric == "page_media_view" ? "is_from_ads" : null)),
                grant.AccessToken, cancel);
            if (!HasEnded(reply)
                && (!reply.IsSuccess || reply.Read(FacebookJson.Default.FacebookListFacebookInsight)?.Data is null))
            {
                return reply.Failure<NetworkResult<PageDay[]>>(FacebookApi.Name);
            }
            series[metric] = Days(reply);
        }
        var (posts, failure) = await PublishedAsync(grant!, "published_posts", from, to, cancel);
        var (reels, problem) = failure is null ? await PublishedAsync(grant!, "video_reels", from, to, cancel) : default;
        if ((failure ?? problem) is { } why)
        {
            return why;
        }
        var published = posts!.ToLookup(Day);
        var counts = posts!.Concat(reels!).ToLookup(Day);
        return NetworkResult<PageDay[]>.Done(
        [
            .. series.Values.SelectMany(days => days.Keys).Distinct().Where(day => day >= from && day <= to).Order()
                .Select(day => new PageDay(day, new() { Facebook = Figures(day) })),
        ]);

        FacebookPage Figures(DateOnly day)
        {
            var (followers, before) = (Of("page_follows", day), Of("page_follows", day.AddDays(-1)));
            var views = series["page_media_view"].GetValueOrDefault(day);
            return new(
                followers ?? 0, Of("page_daily_follows_unique", day) ?? Math.Max(0, followers - before ?? 0), counts[day].Count(),
                Of("page_post_engagements", day) ?? 0,
                Of("page_actions_post_reactions_total", day) ?? published[day].Sum(post => post.Reactions?.Summary?.TotalCount ?? 0),
                Of("page_views_total", day) ?? 0, Of("page_daily_unfollows_unique", day) ?? Math.Max(0, before - followers ?? 0),
                views?.All ?? 0, views is null ? null : new(views.All - views.Ads), views is null ? null : new(views.Ads),
                TotalFollowers: followers);
        }

        long? Of(string metric, DateOnly day) => series[metric].GetValueOrDefault(day)?.All;
    }

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        if (post.Publishing?.RemoteId is not { } id || post.IsStory)
        {
            return new(NetworkVerdict.Refused, Message: post.IsStory ? "Facebook has no figures of single stories."
                : "The post's id on Facebook is not known.");
        }
        // Reels and videos are known by the video's id; that of a post begins with the page's.
        var isVideo = !id.Contains('_', StringComparison.Ordinal);
        var reply = await http.GetAsync(
            _addresses.Url(id) + NetworkHttp.Query(("fields", isVideo
                ? "post_id,likes.summary(true).limit(0),comments.summary(true).limit(0)"
                : "shares,comments.summary(true).limit(0),reactions.summary(total_count).limit(0)")),
            grant!.AccessToken, cancel);
        if (reply.IsGone())
        {
            return new(NetworkVerdict.Refused, Message: "Facebook does not have the post any more.");
        }
        if (!reply.IsSuccess || reply.Read(FacebookJson.Default.FacebookNode) is not { } node)
        {
            return reply.Failure<NetworkResult<PostFigures>>(FacebookApi.Name);
        }
        Dictionary<string, JsonElement> found = new(StringComparer.Ordinal);
        var asked = !isVideo ? id : node.PostId is not { Length: > 0 } own ? null
            : own.Contains('_', StringComparison.Ordinal) ? own : $"{grant.Account}_{own}";
        var failure = isVideo ? await AddAsync($"{id}/video_insights", OfVideos, grant, found, cancel) : null;
        if (failure is null && asked is not null)
        {
            failure = await AddAsync($"{asked}/insights", OfPosts, grant, found, cancel);
        }
        if (failure is not null)
        {
            return failure;
        }
        var views = Math.Max(Of("post_media_view"), Math.Max(Of("fb_reels_total_plays"), Of("total_video_views")));
        var reactions = Math.Max(
            (node.Reactions ?? node.Likes)?.Summary?.TotalCount ?? 0, Of("post_reactions_by_type_total"));
        var comments = node.Comments?.Summary?.TotalCount ?? 0;
        var shares = node.Shares?.Count ?? Part("post_video_social_actions", "SHARE");
        var clicks = Of("post_clicks");
        return NetworkResult<PostFigures>.Done(new(views, reactions + comments + shares + clicks, reactions)
        {
            Facebook = new(views, Of("post_total_media_view_unique"), reactions, comments, shares, clicks),
        });

        long Of(string metric) => found.TryGetValue(metric, out var value) ? Sum(value) : 0;

        long Part(string metric, string name) =>
            found.TryGetValue(metric, out var value) && value.ValueKind is JsonValueKind.Object && value.TryGetProperty(name, out var part)
                ? Sum(part) : 0;
    }

    /// <summary>Adds the metrics of a post or video: all together, or each alone if one of them has ended.</summary>
    /// <returns>Null if all that exist are known.</returns>
    async Task<NetworkResult<PostFigures>?> AddAsync(
        string path, string[] metrics, NetworkGrant grant, Dictionary<string, JsonElement> found, CancellationToken cancel)
    {
        var reply = await http.GetAsync(
            _addresses.Url(path) + NetworkHttp.Query(("metric", string.Join(',', metrics))), grant.AccessToken, cancel);
        if (reply.IsGone() || (HasEnded(reply) && metrics.Length == 1))
        {
            return null;
        }
        if (HasEnded(reply))
        {
            foreach (var metric in metrics)
            {
                if (await AddAsync(path, [metric], grant, found, cancel) is { } failure)
                {
                    return failure;
                }
            }
            return null;
        }
        if (!reply.IsSuccess || reply.Read(FacebookJson.Default.FacebookListFacebookInsight)?.Data is not { } data)
        {
            return reply.Failure<NetworkResult<PostFigures>>(FacebookApi.Name);
        }
        foreach (var one in data)
        {
            if (one is { Name: { } name, Values: [{ Value: { } value }, ..] })
            {
                found[name] = value;
            }
        }
        return null;
    }

    /// <summary>What the page published, by an edge of it. A list that the app may not read is empty.</summary>
    async Task<(List<FacebookPost>? Posts, NetworkResult<PageDay[]>? Failure)> PublishedAsync(
        NetworkGrant grant, string edge, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        List<FacebookPost> found = [];
        var fields = edge == "published_posts" ? "id,created_time,reactions.summary(total_count).limit(0)" : "id,created_time";
        var next = _addresses.Url($"{grant.Account}/{edge}") + NetworkHttp.Query(
            ("fields", fields), ("since", Seconds(from, 0)), ("until", Seconds(to.AddDays(1), 0)), ("limit", "100"));
        for (var part = 0; next is not null && part < MostParts; part++)
        {
            var reply = await http.GetAsync(next, grant.AccessToken, cancel);
            if (!reply.IsSuccess || reply.Read(FacebookJson.Default.FacebookListFacebookPost) is not { Data: { } posts } list)
            {
                var failure = reply.Failure<NetworkResult<PageDay[]>>(FacebookApi.Name);
                return failure.Verdict is NetworkVerdict.Refused ? (found, null) : (null, failure);
            }
            found.AddRange(posts);
            next = _addresses.Allowed(list.Paging?.Next)?.AbsoluteUri;
        }
        return (found, null);
    }

    /// <summary>Whether Facebook does not know a metric, or not any more.</summary>
    static bool HasEnded(NetworkReply reply) => reply.Error() is { Code: FacebookApi.Parameter, ErrorSubcode: not FacebookApi.Gone };

    /// <summary>A metric by day: a value belongs to the day before the moment at which it ends.</summary>
    static Dictionary<DateOnly, Views> Days(NetworkReply reply)
    {
        Dictionary<DateOnly, Views> days = [];
        var insight = reply.IsSuccess ? reply.Read(FacebookJson.Default.FacebookListFacebookInsight)?.Data?.FirstOrDefault() : null;
        foreach (var one in insight?.Values ?? [])
        {
            if (one.Value is { } value && FacebookApi.Date(one.EndTime) is { } end)
            {
                var day = DateOnly.FromDateTime(end.UtcDateTime).AddDays(-1);
                var ads = one.IsFromAds is { } flag ? flag.ToString() is "1" or "True" or "true" ? Sum(value) : 0
                    : value.ValueKind is JsonValueKind.Object && value.TryGetProperty("1", out var part) ? Sum(part) : 0;
                var known = days.GetValueOrDefault(day);
                days[day] = new((known?.All ?? 0) + Sum(value), (known?.Ads ?? 0) + ads);
            }
        }
        return days;
    }

    /// <summary>A number, or all numbers of an object together.</summary>
    static long Sum(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : (long)value.GetDouble(),
        JsonValueKind.Object => value.EnumerateObject().Sum(part => Sum(part.Value)),
        _ => 0,
    };

    static DateOnly Day(FacebookPost post) => post.CreatedAt is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : default;

    static string Seconds(DateOnly day, int hour) =>
        new DateTimeOffset(day, new TimeOnly(hour, 0), TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A day's number, and the part of it that is from ads.</summary>
    sealed record Views(long All, long Ads);
}
