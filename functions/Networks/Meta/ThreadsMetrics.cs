using System.Collections.Concurrent;
using System.Globalization;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.Meta;

/// <summary>Figures of profiles and posts on Threads.</summary>
/// <remarks>Source: developers.facebook.com, "Threads API: Insights".</remarks>
sealed class ThreadsMetrics(NetworkHttp http, IConfiguration configuration) : IMetricsSource
{
    /// <summary>
    /// How many days are asked for at once. Threads adds up a range, so there is a request for each: 90 at the first sync.
    /// </summary>
    const int AtOnce = 6;

    readonly NetworkAddresses _addresses = ThreadsApi.Addresses(configuration);

    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        var days = new ConcurrentBag<PageDay>();
        NetworkReply? failed = null;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (day, _) =>
            {
                if (Volatile.Read(ref failed) is not null)
                {
                    return;
                }
                var reply = await http.GetAsync(
                    ThreadsApi.Graph(_addresses, $"/{grant!.Account}/threads_insights") + NetworkHttp.Query(
                        ("metric", "views,likes,replies,reposts,quotes"), ("since", Start(day)), ("until", Start(day.AddDays(1)))),
                    grant.AccessToken, cancel);
                if (!reply.IsSuccess || reply.Read(ThreadsJson.Default.MetaListThreadsInsight)?.Data is not { } data)
                {
                    Interlocked.CompareExchange(ref failed, reply, null);
                }
                else if (data.Length > 0)
                {
                    days.Add(new(day, new()
                    {
                        Threads = new(Of(data, "views"), Of(data, "likes"), Of(data, "replies"), Of(data, "reposts"), Of(data, "quotes")),
                    }));
                }
            });
        return failed is not null ? failed.Failure<NetworkResult<PageDay[]>>(ThreadsApi.Name)
            : NetworkResult<PageDay[]>.Done([.. days.OrderBy(day => day.Date)]);
    }

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        if (post.Publishing?.RemoteId is not { } id)
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "The post's id on Threads is not known.", null);
        }
        var reply = await http.GetAsync(
            ThreadsApi.Graph(_addresses, $"/{id}/insights?metric=views,likes,replies,reposts,quotes,shares"), grant!.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(ThreadsJson.Default.MetaListThreadsInsight)?.Data is not { } data)
        {
            var failure = reply.Failure<NetworkResult<PostFigures>>(ThreadsApi.Name);
            // A post that is gone says nothing about the access.
            return reply.IsGone() || failure.Verdict is NetworkVerdict.Refused
                ? NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "Threads has no figures of the post.", null) : failure;
        }
        var one = new ThreadsPost(Of(data, "views"), Of(data, "likes"), Of(data, "replies"), Of(data, "reposts"), Of(data, "quotes"));
        return NetworkResult<PostFigures>.Done(
            new(one.Views, one.Likes + one.Replies + one.Reposts + one.Quotes + Of(data, "shares"), one.Likes) { Threads = one });
    }

    /// <summary>Views come as values by day, all others as a total.</summary>
    static long Of(ThreadsInsight[] data, string name) => Array.Find(data, one => one.Name == name) is { } found
        ? found.TotalValue?.Value ?? found.Values?.Sum(value => value.Value) ?? 0 : 0;

    static string Start(DateOnly day) =>
        new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
