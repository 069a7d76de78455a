using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Planable.Content.Media;

namespace Planable.Networks.TikTok;

/// <summary>
/// Posts on TikTok. A video is uploaded in parts, and the last part publishes it; pictures are fetched by TikTok, and the request for them
/// publishes them. The handle is the publish id, by which TikTok tells what became of a post. The address of an upload is a secret and not
/// part of it, so an upload that was not finished begins anew; TikTok never publishes a part of a video.
/// </summary>
/// <remarks>Source: developers.tiktok.com, "Direct Post", "Photo", "Media Transfer Guide", "Get Post Status".</remarks>
sealed class TikTokPublisher(NetworkHttp http, IConfiguration configuration, TimeProvider time) : IPublisher
{
    /// <summary>
    /// Bytes of a part. TikTok takes parts of 5 to 64 MB, and as the last one also what is left: here less than twice as much. A video of
    /// 4 GB, the largest, has 512 parts of at most 1,000.
    /// </summary>
    const int Part = 8 * 1024 * 1024;

    const string StillWorking = "TikTok is still processing the post.";

    /// <summary>How long TikTok waits for the rest of an upload.</summary>
    static readonly TimeSpan UploadLifetime = TimeSpan.FromMinutes(70);

    /// <summary>The audiences, from the largest.</summary>
    static readonly string[] Audiences = ["PUBLIC_TO_EVERYONE", "FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];

    readonly NetworkAddresses _addresses = TikTokApi.Addresses(configuration);

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        if (Unfit(publication) is { } unfit)
        {
            return new(NetworkVerdict.Refused, Message: unfit);
        }
        var reply = await PostAsync(publication, "creator_info/query/", new StringContent("", Encoding.UTF8, "application/json"), cancel);
        if (reply.Data(TikTokJson.Default.TikTokReplyTikTokCreator) is not { } creator)
        {
            return reply.Failure<NetworkAnswer>();
        }
        if (Array.Find(Audiences, one => creator.PrivacyLevelOptions?.Contains(one) is true) is not { } audience)
        {
            return new(NetworkVerdict.Refused, Message: "TikTok does not allow the account to post.");
        }
        return IsVideo(publication)
            ? await PublishVideoAsync(publication, creator, audience, sending, cancel)
            : await PublishPhotosAsync(publication, creator, audience, sending, cancel);
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        if (publication.Handle is not { } id)
        {
            return await FindByListAsync(publication, cancel);
        }
        var reply = await http.StatusAsync(_addresses, publication.Grant!, id, cancel);
        if (reply.Data(TikTokJson.Default.TikTokReplyTikTokStatus) is not { } known)
        {
            return Unclear(reply);
        }
        return known.Status switch
        {
            "PUBLISH_COMPLETE" => Done(publication, id, known),
            "FAILED" => new(NetworkVerdict.Refused, Message: TikTokApi.Failed(known.FailReason).Message),
            "PROCESSING_UPLOAD" when publication.SentAt < time.GetUtcNow() - UploadLifetime && IsVideo(publication)
                && known.UploadedBytes < publication.Files[0].Size =>
                new(NetworkVerdict.Refused, Message: "TikTok did not get the whole video."),
            // Asked again, because it ends sooner or later.
            "PROCESSING_UPLOAD" or "PROCESSING_DOWNLOAD" => new(NetworkVerdict.NotNow, Message: StillWorking),
            _ => new(NetworkVerdict.Unknown, Message: "TikTok does not say whether the post is published."),
        };
    }

    public Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel) =>
        Task.FromResult<NetworkAnswer>(new(NetworkVerdict.Refused, Message: "TikTok takes no comments from apps."));

    static bool IsVideo(Publication publication) => publication.Files is [{ Kind: MediaKind.video }];

    static string? Unfit(Publication publication) =>
        publication.Post.IsStory ? "TikTok takes no stories from apps."
        : publication.Files.Count == 0 ? "TikTok takes only posts with a video or pictures."
        : publication.Files.Any(file => file.Kind is MediaKind.gif) ? "TikTok takes no GIFs."
        : publication.Files.Count > 1 && publication.Files.Any(file => file.Kind is MediaKind.video)
            ? "TikTok takes one video or pictures, but not both."
        : null;

    async Task<NetworkAnswer> PublishVideoAsync(
        Publication publication, TikTokCreator creator, string audience, Sending sending, CancellationToken cancel)
    {
        var file = publication.Files[0];
        if (file.Duration > creator.MaxVideoPostDurationSec)
        {
            return new(NetworkVerdict.Refused,
                Message: $"TikTok takes videos of at most {creator.MaxVideoPostDurationSec:0} seconds from this account.");
        }
        var count = (int)Math.Max(1, file.Size / Part);
        var size = count == 1 ? file.Size : Part;
        var begun = await PostAsync(publication, "video/init/", NetworkHttp.Json(
            new(
                new(audience, creator.CommentDisabled, Title: publication.Post.Text, DisableDuet: creator.DuetDisabled,
                    DisableStitch: creator.StitchDisabled),
                new("FILE_UPLOAD", file.Size, size, count)),
            TikTokJson.Default.TikTokNewVideo), cancel);
        if (begun.Data(TikTokJson.Default.TikTokReplyTikTokBegun) is not { PublishId: { Length: > 0 } id } upload)
        {
            return begun.Failure<NetworkAnswer>();
        }
        if (_addresses.Allowed(upload.UploadUrl) is not { } url)
        {
            return new(NetworkVerdict.NotNow, Message: "TikTok named an address for the video that is not one of its own.");
        }
        for (var part = 0; ; part++)
        {
            var (offset, isLast) = (part * size, part == count - 1);
            var length = isLast ? file.Size - offset : size;
            using var content = await file.ContentAsync(cancel, offset, length);
            content.Headers.ContentRange = new ContentRangeHeaderValue(offset, offset + length - 1, file.Size);
            if (isLast)
            {
                await sending(id);
            }
            var sent = await http.SendAsync(NetworkHttp.Request(HttpMethod.Put, url.AbsoluteUri, null, content), cancel);
            if (!sent.IsSuccess)
            {
                return NotTaken(sent, isLast);
            }
            if (isLast)
            {
                return await OutcomeAsync(publication, id, cancel);
            }
        }
    }

    /// <summary>What it means that a part of a video was not taken.</summary>
    static NetworkAnswer NotTaken(NetworkReply reply, bool isLast) => reply.Status switch
    {
        // The upload's address ends after an hour; it holds its own access, so this is not about the page's.
        401 or 403 or 404 => new(NetworkVerdict.NotNow, Message: "TikTok no longer accepts the rest of the video."),
        400 or 413 or 415 or 416 => new(NetworkVerdict.Refused, Message: "TikTok does not accept the video's file."),
        _ => reply.Answer(TikTokApi.Name, isVisible: isLast),
    };

    async Task<NetworkAnswer> PublishPhotosAsync(
        Publication publication, TikTokCreator creator, string audience, Sending sending, CancellationToken cancel)
    {
        List<string> links = [];
        foreach (var file in publication.Files)
        {
            // TikTok takes JPEG and WebP.
            if ((file.ContentType == MediaFormat.Webp.ContentType ? await file.LinkAsync(cancel) : await file.JpegLinkAsync(cancel))
                is not { } link)
            {
                return new(NetworkVerdict.Refused, Message: "TikTok takes JPEG and WebP, and a picture cannot be converted.");
            }
            links.Add(link);
        }
        using var body = NetworkHttp.Json(
            new(
                new(audience, creator.CommentDisabled, Description: publication.Post.Text), new("PULL_FROM_URL", [.. links], 0),
                "DIRECT_POST", "PHOTO"),
            TikTokJson.Default.TikTokNewPhotos);
        await sending();
        var reply = await PostAsync(publication, "content/init/", body, cancel);
        return reply.Data(TikTokJson.Default.TikTokReplyTikTokBegun)?.PublishId is { Length: > 0 } id
            ? await OutcomeAsync(publication, id, cancel) : reply.Failure<NetworkAnswer>(isVisible: true);
    }

    /// <summary>What became of a post that TikTok has taken. If it does not tell, it is asked later.</summary>
    async Task<NetworkAnswer> OutcomeAsync(Publication publication, string id, CancellationToken cancel)
    {
        var reply = await http.StatusAsync(_addresses, publication.Grant!, id, cancel);
        return reply.Data(TikTokJson.Default.TikTokReplyTikTokStatus) switch
        {
            { Status: "PUBLISH_COMPLETE" } known => Done(publication, id, known),
            { Status: "FAILED" } known => TikTokApi.Failed(known.FailReason),
            // A failure of the question says nothing about the post.
            _ => new(NetworkVerdict.Unknown, Message: StillWorking) { Handle = id },
        };
    }

    /// <summary>Looks among the newest posts for one whose publish id is not known. TikTok may leave out pictures there.</summary>
    async Task<NetworkAnswer> FindByListAsync(Publication publication, CancellationToken cancel)
    {
        var reply = await http.PostAsync(
            _addresses.Url("/v2/video/list/") + NetworkHttp.Query(("fields", "id,title,video_description,create_time")),
            publication.Grant!.AccessToken, NetworkHttp.Json(new(20), TikTokJson.Default.TikTokListQuery), cancel);
        if (reply.Data(TikTokJson.Default.TikTokReplyTikTokVideos) is not { } list)
        {
            return Unclear(reply);
        }
        var (text, since) = (NetworkText.Words(publication.Post.Text), (publication.SentAt ?? publication.Post.ModifiedAt).AddMinutes(-1));
        return text.Length > 0 && Array.Find(list.Videos ?? [], one => one.CreateTime >= since.ToUnixTimeSeconds()
                && (NetworkText.Words(one.VideoDescription) == text || NetworkText.Words(one.Title) == text)) is { Id: { } id }
            ? NetworkAnswer.Done(id, Link(publication, id))
            : new(NetworkVerdict.Unknown, Message: "The post is not among the account's newest posts, but TikTok may still have it.");
    }

    /// <summary>A question that failed; that it was refused says nothing about the post.</summary>
    static NetworkAnswer Unclear(NetworkReply reply) => reply.Failure<NetworkAnswer>() is var answer
        && answer.Verdict is NetworkVerdict.Refused ? answer with { Verdict = NetworkVerdict.Unknown } : answer;

    /// <summary>Until TikTok has moderated a post, and for a private one for ever, only its publish id is known.</summary>
    static NetworkAnswer Done(Publication publication, string id, TikTokStatus known)
    {
        if (known.PublicalyAvailablePostId is [var number, ..])
        {
            var own = number.ToString(CultureInfo.InvariantCulture);
            return NetworkAnswer.Done(own, Link(publication, own));
        }
        return NetworkAnswer.Done(id, publication.Grant!.Username is { } name ? $"https://www.tiktok.com/@{name}" : null);
    }

    static string? Link(Publication publication, string id) => publication.Grant!.Username is { } name
        ? $"https://www.tiktok.com/@{name}/{(IsVideo(publication) ? "video" : "photo")}/{id}" : null;

    Task<NetworkReply> PostAsync(Publication publication, string path, HttpContent body, CancellationToken cancel) =>
        http.PostAsync(_addresses.Url("/v2/post/publish/" + path), publication.Grant!.AccessToken, body, cancel);
}
