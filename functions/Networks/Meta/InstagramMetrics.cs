using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.Meta;

/// <summary>Figures of accounts and posts on Instagram.</summary>
/// <remarks>Source: developers.facebook.com, "Instagram Account Insights", "Instagram Media Insights".</remarks>
sealed class InstagramMetrics(NetworkHttp http, IConfiguration configuration, TimeProvider time) : IMetricsSource
{
    /// <summary>
    /// The most days of one call. Instagram tells the figures of one day and of one metric in a request: at most five for each day, so 150
    /// at the first sync. Older days are left out.
    /// </summary>
    const int MostDays = 30;

    /// <summary>How many days are asked for at once.</summary>
    const int AtOnce = 6;

    /// <summary>Below this, Instagram does not tell who followed and unfollowed.</summary>
    const int LeastFollowers = 100;

    /// <summary>Pages of 100 posts.</summary>
    const int MostPages = 5;

    readonly NetworkAddresses _addresses = InstagramApi.Addresses(configuration);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var first = to.AddDays(1 - MostDays) is var earliest && earliest > from ? earliest : from;
        var reader = new Reader(http, InstagramApi.Graph(_addresses, $"/{grant!.Account}"), grant.AccessToken, now, cancel);
        var followers = (await reader.ReadAsync("?fields=followers_count", InstagramJson.Default.InstagramUser))?.FollowersCount;
        var posts = await PostsAsync(reader, first);
        var figures = new ConcurrentDictionary<DateOnly, InstagramPage>();
        // The newest day first and alone: it shows which metrics there are.
        DateOnly[] days = [.. Enumerable.Range(0, to.DayNumber - first.DayNumber + 1).Select(back => to.AddDays(-back))];
        await AddAsync(days[0]);
        await Parallel.ForEachAsync(
            days.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (day, _) => await AddAsync(day));
        return reader.Failed is { } failed ? failed.Failure<NetworkResult<PageDay[]>>(InstagramApi.Name)
            : NetworkResult<PageDay[]>.Done([.. WithFollowers(days, figures, to >= today ? followers : null).OrderBy(day => day.Date)]);

        async Task AddAsync(DateOnly day)
        {
            var (isFollowed, published) = (followers >= LeastFollowers, posts.Count(one => one == day));
            var known = await DayAsync(reader, day, isFollowed, published);
            // The followers of today are known before its figures are.
            known ??= day == today && reader.Failed is null ? new(0, 0, 0, published, 0, FollowersIncomplete: !isFollowed) : null;
            if (known is not null)
            {
                figures[day] = known;
            }
        }
    }

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        if (post.Publishing?.RemoteId is not { } id)
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "The post's id on Instagram is not known.", null);
        }
        var metrics = post.IsStory ? "views,reach,replies,shares" : "views,reach,likes,comments,shares,saved,total_interactions";
        var reply = await http.GetAsync(
            InstagramApi.Graph(_addresses, $"/{id}/insights?metric={metrics}"), grant!.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(InstagramJson.Default.MetaListInstagramInsight)?.Data is not { } data)
        {
            var failure = reply.Failure<NetworkResult<PostFigures>>(InstagramApi.Name);
            // A post that is gone says nothing about the access.
            return reply.IsGone() || failure.Verdict is NetworkVerdict.Refused
                ? NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, post.IsStory && reply.Error() is { Code: 10 }
                    ? "Instagram has no figures of a story that few people saw." : "Instagram has no figures of the post.", null)
                : failure;
        }
        var one = new InstagramPost(
            Of("views"), Of("reach"), Of("likes"), Of("comments") + Of("replies"), Of("shares"), Of("saved"));
        var engagement = post.IsStory ? one.Comments + one.Shares : Of("total_interactions");
        return NetworkResult<PostFigures>.Done(new(one.Views, engagement, one.Likes) { Instagram = one });

        // Instagram leaves out what nobody did.
        long Of(string name) => Array.Find(data, one => one.Name == name) is { } found
            ? found.Values?.FirstOrDefault()?.Value ?? found.TotalValue?.Value ?? 0 : 0;
    }

    /// <summary>The figures of one day; null if Instagram has none.</summary>
    static async Task<InstagramPage?> DayAsync(Reader reader, DateOnly day, bool isFollowed, int posts)
    {
        var reach = await reader.TotalAsync("reach", "media_product_type,follow_type", day);
        // The documentation names the dimension so for views, and the other way for reach.
        var views = await reader.TotalAsync("views", "media_product_type,follower_type", day)
            ?? await reader.TotalAsync("views", "media_product_type,follow_type", day, instead: "media_product_type,follower_type");
        var engagement = await reader.TotalAsync("total_interactions", "media_product_type", day);
        var follows = isFollowed ? await reader.TotalAsync("follows_and_unfollows", "follow_type", day) : null;
        // No longer documented, but some accounts still have it.
        var visits = await reader.TotalAsync("profile_views", null, day);
        if (reach is null && views is null && engagement is null)
        {
            return null;
        }
        var (reached, viewed, engaged) = (Parts(reach), Parts(views), Parts(engagement));
        return new(
            Sum(Parts(follows), one => one.Follow == "FOLLOWER"), Sum(Parts(follows), one => one.Follow == "NON_FOLLOWER"),
            reach?.Value ?? 0, posts, engagement?.Value ?? 0,
            FollowersIncomplete: !isFollowed || !reader.Has("follows_and_unfollows", "follow_type"),
            Impressions: views?.Value, Views: views?.Value,
            AccountsReachBreakdown: reach is null ? null : Audience(reached, _ => true) with { Total = reach.Value ?? 0 },
            ProfileViews: visits?.Value,
            EngagementBreakdown: engagement is null ? null : new(
                Sum(engaged, Kind.Post), Sum(engaged, Kind.Reel), Sum(engaged, Kind.Ad), Sum(engaged, Kind.Story),
                Sum(engaged, Kind.Carousel)),
            ReachBreakdown: reach is null ? null : Breakdown(reached), ViewsBreakdown: views is null ? null : Breakdown(viewed),
            ViewsAudienceBreakdown: views is null ? null : Audience(viewed, _ => true) with { Total = views.Value ?? 0 },
            Organic: new(reach?.Value - Sum(reached, Kind.Ad), views?.Value - Sum(viewed, Kind.Ad)));
    }

    /// <summary>
    /// The days with the followers at their ends. Instagram tells only how many there are now; those of earlier days follow from who came
    /// and went since.
    /// </summary>
    static IEnumerable<PageDay> WithFollowers(DateOnly[] newestFirst, ConcurrentDictionary<DateOnly, InstagramPage> figures, long? now)
    {
        foreach (var day in newestFirst)
        {
            if (!figures.TryGetValue(day, out var known))
            {
                continue;
            }
            yield return new(day, new() { Instagram = known with { TotalFollowers = now } });
            now = known.FollowersIncomplete is true ? null : now - known.GainedFollowers + known.UnFollows;
        }
    }

    /// <summary>The days of the account's posts since this one.</summary>
    static async Task<List<DateOnly>> PostsAsync(Reader reader, DateOnly first)
    {
        List<DateOnly> days = [];
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            // The cursor and not the address of the next page, which would carry the token to wherever it says.
            var list = await reader.ReadAsync(
                "/media" + NetworkHttp.Query(("fields", "timestamp"), ("limit", "100"), ("after", after)),
                MetaContainerJson.Default.MetaListMetaMedia);
            days.AddRange((list?.Data ?? []).Select(one => one.At).OfType<DateTimeOffset>()
                .Select(at => DateOnly.FromDateTime(at.UtcDateTime)));
            after = list?.Paging?.Cursors?.After;
            if (list?.Paging?.Next is null || after is null || days is [] || days[^1] < first)
            {
                break;
            }
        }
        return days;
    }

    enum Kind
    {
        Post,
        Reel,
        Story,
        Ad,
        Carousel,
    }

    static (Kind Kind, string Follow, long Value)[] Parts(InstagramTotal? total) => [.. (total?.Breakdowns ?? [])
        .SelectMany(split => (split.Results ?? []).Select(one =>
        {
            var named = (split.DimensionKeys ?? []).Zip(one.DimensionValues ?? []).ToArray();
            var media = Array.Find(named, pair => pair.First == "media_product_type").Second;
            var follow = Array.Find(named, pair => pair.First is "follow_type" or "follower_type").Second;
            return (media switch
            {
                "REEL" or "REELS" => Kind.Reel,
                "STORY" or "STORIES" => Kind.Story,
                "AD" or "ADS" => Kind.Ad,
                "CAROUSEL_CONTAINER" or "CAROUSEL" => Kind.Carousel,
                _ => Kind.Post,
            }, follow ?? "", one.Value ?? 0);
        }))];

    static long Sum((Kind Kind, string Follow, long Value)[] parts, Func<(Kind Kind, string Follow, long Value), bool> which) =>
        parts.Where(which).Sum(one => one.Value);

    static long Sum((Kind Kind, string Follow, long Value)[] parts, Kind kind) => Sum(parts, one => one.Kind == kind);

    static AudienceFigures Audience((Kind Kind, string Follow, long Value)[] parts, Func<Kind, bool> which) => new(
        Sum(parts, one => which(one.Kind)), Sum(parts, one => which(one.Kind) && one.Follow == "FOLLOWER"),
        Sum(parts, one => which(one.Kind) && one.Follow == "NON_FOLLOWER"));

    static InstagramBreakdown Breakdown((Kind Kind, string Follow, long Value)[] parts) => new(
        Audience(parts, kind => kind is Kind.Post or Kind.Carousel), Audience(parts, kind => kind is Kind.Reel),
        Audience(parts, kind => kind is Kind.Story),
        Array.Exists(parts, one => one.Kind is Kind.Ad) ? Audience(parts, kind => kind is Kind.Ad) : null);

    /// <summary>Reads from one account until a request fails. A metric that Instagram does not know is not asked for again.</summary>
    sealed class Reader(NetworkHttp http, string account, string token, DateTimeOffset now, CancellationToken cancel)
    {
        readonly ConcurrentDictionary<string, bool> _missing = new(StringComparer.Ordinal);
        NetworkReply? _failed;

        /// <summary>The first failure.</summary>
        public NetworkReply? Failed => Volatile.Read(ref _failed);

        public bool Has(string metric, string? breakdown) => !_missing.ContainsKey(metric + breakdown);

        public async Task<T?> ReadAsync<T>(string path, JsonTypeInfo<T> type) where T : class
        {
            if (Failed is not null)
            {
                return null;
            }
            var reply = await http.GetAsync(account + path, token, cancel);
            return reply.IsSuccess && reply.Read(type) is { } value ? value : Fail<T>(reply);
        }

        /// <param name="instead">Ask only if there is none with this breakdown; null for always.</param>
        public async Task<InstagramTotal?> TotalAsync(string metric, string? breakdown, DateOnly day, string? instead = null)
        {
            if (Failed is not null || !Has(metric, breakdown) || (instead is not null && Has(metric, instead)))
            {
                return null;
            }
            var (since, end) = (Start(day), Start(day.AddDays(1)));
            var until = end < now.ToUnixTimeSeconds() ? end : now.ToUnixTimeSeconds();
            var reply = await http.GetAsync(
                account + "/insights" + NetworkHttp.Query(
                    ("metric", metric), ("period", "day"), ("metric_type", "total_value"), ("breakdown", breakdown),
                    ("since", since.ToString(CultureInfo.InvariantCulture)), ("until", until.ToString(CultureInfo.InvariantCulture))),
                token, cancel);
            if (reply.Error() is { Code: 100, ErrorSubcode: not 33 })
            {
                _missing[metric + breakdown] = true;
                return null;
            }
            return reply.IsSuccess && reply.Read(InstagramJson.Default.MetaListInstagramInsight)?.Data is { } data
                ? Array.Find(data, one => one.Name == metric)?.TotalValue : Fail<InstagramTotal>(reply);
        }

        T? Fail<T>(NetworkReply reply) where T : class
        {
            Interlocked.CompareExchange(ref _failed, reply, null);
            return null;
        }

        static long Start(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
    }
}
