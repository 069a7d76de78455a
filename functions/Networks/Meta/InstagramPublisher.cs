using System.Globalization;
using Planable.Content.Media;
using Planable.Content.Pages;

namespace Planable.Networks.Meta;

/// <summary>
/// Posts, reels and stories on Instagram. A single video becomes a reel. The account's quota is asked for right before a post is published.
/// </summary>
/// <remarks>Source: developers.facebook.com, "Instagram platform: Content publishing", "IG User media", "IG Media comments".</remarks>
sealed class InstagramPublisher(NetworkHttp http, IConfiguration configuration, TimeProvider time)
    : MetaContainers(http, InstagramApi.Name)
{
    const int MostFiles = 10;

    static readonly char[] Breaks = [' ', '.', ',', ':', ';', '(', ')'];

    readonly NetworkAddresses _addresses = InstagramApi.Addresses(configuration);

    protected override string Edge => "media";

    protected override string StateFields => "status_code,status";

    protected override string Url(string path) => InstagramApi.Graph(_addresses, path);

    public override async Task<NetworkAnswer> CommentAsync(
        Publication publication, string remoteId, string text, CancellationToken cancel)
    {
        if (publication.Post.IsStory)
        {
            return new(NetworkVerdict.Refused, Message: "Instagram has no comments under stories.");
        }
        var reply = await Http.PostFormAsync(Url($"/{remoteId}/comments"), publication.Grant!.AccessToken, [("message", text)], cancel);
        return Id(reply) is { } id ? NetworkAnswer.Done(id, null)
            : reply.IsGone() ? new(NetworkVerdict.Refused, Message: "Instagram does not have the post any more.")
            : reply.Failure<NetworkAnswer>(InstagramApi.Name, isVisible: true);
    }

    protected override string? Refusal(Publication publication) => publication.Files switch
    {
        [] => "Instagram takes no post without a picture or video.",
        [_, _, ..] when publication.Post.IsStory => "Instagram takes one picture or video in a story.",
        { Count: > MostFiles } => "Instagram takes up to 10 pictures and videos in a post.",
        _ when publication.Files.Any(file => file.Kind is MediaKind.gif) => "Instagram takes no GIFs.",
        _ => null,
    };

    protected override async Task<(string, string?)[]?> FileAsync(
        Publication publication, PublicationFile file, bool isChild, CancellationToken cancel)
    {
        var (isVideo, isStory) = (file.Kind is MediaKind.video, publication.Post.IsStory);
        // Instagram takes pictures as JPEG only.
        if ((isVideo ? await file.LinkAsync(cancel) : await file.JpegLinkAsync(cancel)) is not { } link)
        {
            return null;
        }
        var isReel = isVideo && !isStory && !isChild;
        var cover = isReel && publication.Thumbnail is { } thumbnail ? await thumbnail.JpegLinkAsync(cancel) : null;
        return
        [
            ("media_type", isStory ? "STORIES" : isReel ? "REELS" : isVideo ? "VIDEO" : null), (isVideo ? "video_url" : "image_url", link),
            ("is_carousel_item", isChild ? "true" : null), ("cover_url", cover), ("share_to_feed", isReel ? "true" : null),
            ("caption", isStory || isChild ? null : publication.Post.Text),
        ];
    }

    protected override (string, string?)[] Whole(Publication publication, string? children) =>
        [("media_type", "CAROUSEL"), ("children", children), ("caption", publication.Post.Text)];

    protected override string Newest(Publication publication, DateTimeOffset since) =>
        $"/{publication.Grant!.Account}/" + (publication.Post.IsStory
            ? "stories?fields=id,timestamp,permalink&limit=10" : "media?fields=id,caption,timestamp,permalink&limit=10");

    /// <summary>The status of a failed container names the code of the error.</summary>
    protected override NetworkAnswer? Meaning(string reason) =>
        reason.Split(Breaks)
            .Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? MetaErrors.Known(code, InstagramApi.Name) : null)
            .FirstOrDefault(known => known is not null);

    /// <summary>Instagram counts the posts of the last 24 hours, and a place may be free before they are over.</summary>
    protected override async Task<(PageQuota? Quota, NetworkAnswer? Full)> QuotaAsync(NetworkGrant grant, CancellationToken cancel)
    {
        var reply = await Http.GetAsync(
            Url($"/{grant.Account}/content_publishing_limit?fields=quota_usage,config"), grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(InstagramJson.Default.MetaListInstagramQuota) is not { } quotas)
        {
            // Instagram minds the quota itself: if it refuses to tell, nothing is lost.
            var failure = reply.Failure<NetworkAnswer>(InstagramApi.Name);
            return (null, failure.Verdict is NetworkVerdict.Refused ? null : failure);
        }
        return quotas.Data is not [{ QuotaUsage: { } used, Config.QuotaTotal: { } total }, ..] ? default
            : (new((int)Math.Clamp(total - used, 0, int.MaxValue), time.GetUtcNow().AddDays(1)), used < total ? null
                : new(NetworkVerdict.RateLimited, Message: $"Instagram allows {total} posts of the account in 24 hours.",
                    RetryAfter: TimeSpan.FromHours(1)));
    }
}
