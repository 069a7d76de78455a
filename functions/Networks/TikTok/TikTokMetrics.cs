using System.Globalization;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.TikTok;

/// <summary>
/// Figures of TikTok. Of an account it tells only how many followers and videos there are now, so only today has figures. Views, likes,
/// comments and shares by day are not told to this kind of app and are 0.
/// </summary>
/// <remarks>Source: developers.tiktok.com, "Get User Info", "Query Videos".</remarks>
sealed class TikTokMetrics(NetworkHttp http, IConfiguration configuration, TimeProvider time) : IMetricsSource
{
    readonly NetworkAddresses _addresses = TikTokApi.Addresses(configuration);

    /// <summary>One request, however many days.</summary>
    public async Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (to < today || from > today)
        {
            return NetworkResult<PageDay[]>.Done([]);
        }
        var reply = await http.GetAsync(
            _addresses.Url("/v2/user/info/") + NetworkHttp.Query(("fields", "follower_count,video_count")), grant!.AccessToken, cancel);
        return reply.Data(TikTokJson.Default.TikTokReplyTikTokUserData)?.User is { } user
            ? NetworkResult<PageDay[]>.Done(
                [new(today, new() { Tiktok = new(0, 0, 0, 0, 0, user.FollowerCount ?? 0, 0, user.VideoCount ?? 0) })])
            : reply.Failure<NetworkResult<PageDay[]>>();
    }

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        if (post.Publishing?.RemoteId is not { } id)
        {
            return Refused("The post's id on TikTok is not known.");
        }
        if (!id.All(char.IsAsciiDigit))
        {
            // When it was published, TikTok had told only its publish id.
            var asked = await http.StatusAsync(_addresses, grant!, id, cancel);
            if (asked.Data(TikTokJson.Default.TikTokReplyTikTokStatus) is not { } status)
            {
                return asked.Failure<NetworkResult<PostFigures>>();
            }
            if (status.PublicalyAvailablePostId is not [var number, ..])
            {
                return Refused("TikTok has not told the post's id: it is not public or not checked yet.");
            }
            id = number.ToString(CultureInfo.InvariantCulture);
        }
        var reply = await http.PostAsync(
            _addresses.Url("/v2/video/query/")
                + NetworkHttp.Query(("fields", "id,view_count,like_count,comment_count,share_count")),
            grant!.AccessToken, NetworkHttp.Json(new(new([id])), TikTokJson.Default.TikTokVideoQuery), cancel);
        if (reply.Data(TikTokJson.Default.TikTokReplyTikTokVideos) is not { } found)
        {
            return reply.Failure<NetworkResult<PostFigures>>();
        }
        if (Array.Find(found.Videos ?? [], one => one.Id == id) is not { } video)
        {
            return Refused("TikTok has no figures of the post.");
        }
        var (views, likes, comments, shares) =
            (video.ViewCount ?? 0, video.LikeCount ?? 0, video.CommentCount ?? 0, video.ShareCount ?? 0);
        return NetworkResult<PostFigures>.Done(
            // TikTok does not tell this kind of app how many people a video reached.
            new(views, likes + comments + shares, likes) { Tiktok = new(views, 0, likes, comments, shares) });
    }

    static NetworkResult<PostFigures> Refused(string why) => NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, why, null);
}
