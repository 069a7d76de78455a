using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.X;

/// <summary>Figures of posts on X. X has none of accounts by day. Each reading of a post costs money.</summary>
/// <remarks>Source: docs.x.com, "Metrics".</remarks>
sealed class XMetrics(NetworkHttp http, IConfiguration configuration) : IMetricsSource
{
    readonly NetworkAddresses _addresses = XApi.Addresses(configuration);

    public Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel) =>
        Task.FromResult(NetworkResult<PageDay[]>.Failed(NetworkVerdict.Refused, "X has no figures of accounts by day.", null));

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        if (post.Publishing?.RemoteId is not { } id)
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "The post's id on X is not known.", null);
        }
        // The private figures are told of the account's own posts of the last 30 days; asked for an older post, X tells nothing at all.
        var isRecent = post.Publishing.PublishedAt is { } at && DateOnly.FromDateTime(at.UtcDateTime) > today.AddDays(-30);
        var reply = await http.GetAsync(
            _addresses.Url("/2/tweets") + NetworkHttp.Query(
                ("ids", id), ("tweet.fields", isRecent ? "public_metrics,non_public_metrics" : "public_metrics")),
            grant!.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(XJson.Default.XDataXPostArray) is not { } found)
        {
            return reply.Failure<NetworkResult<PostFigures>>();
        }
        if (found.Data is not [{ PublicMetrics: { } seen } one, ..])
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "X does not have the post any more.", null);
        }
        var all = seen.LikeCount + seen.ReplyCount + seen.RetweetCount + seen.QuoteCount + seen.BookmarkCount;
        return NetworkResult<PostFigures>.Done(
            new(seen.ImpressionCount ?? 0, one.NonPublicMetrics?.Engagements ?? all ?? 0, seen.LikeCount ?? 0));
    }
}
