using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Platform;

namespace Planable.Networks.Google;

/// <summary>
/// Videos on YouTube. A video is uploaded as private and made public when YouTube has processed it, so that YouTube can tell whether that
/// happened. The handle is the video's id.
/// </summary>
/// <remarks>
/// Source: developers.google.com/youtube/v3/docs: videos.insert, videos.list, videos.update, thumbnails.set, commentThreads.insert.
/// </remarks>
sealed class YouTubePublisher(NetworkHttp http, IConfiguration configuration, TimeProvider time) : IPublisher
{
    const int LongestTitle = 100;

    const string Public = "public", Private = "private";

    /// <summary>The category People &amp; Blogs.</summary>
    const string Category = "22";

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A video that is processed for longer becomes public before its end, as one that was uploaded as public would: hours are usual for
    /// long videos.
    /// </summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(40);

    readonly NetworkAddresses _addresses = YouTubeApi.Addresses(configuration);
    readonly YouTubeUpload _upload = new(http, YouTubeApi.Addresses(configuration));

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        if (publication.Handle is not { } id)
        {
            return await UploadAsync(publication, cancel);
        }
        var (video, failure) = await VideoAsync(publication.Grant!, id, cancel);
        if (failure is not null)
        {
            return failure with { Handle = id };
        }
        if (video?.Status is not { UploadStatus: not "deleted" } status)
        {
            return await UploadAsync(publication, cancel);
        }
        if (status.PrivacyStatus != Private)
        {
            return NetworkAnswer.Done(id, YouTubeApi.Link(id));
        }
        if (Fault(status) is { } fault)
        {
            return new(NetworkVerdict.Refused, Message: fault);
        }
        // The owner sees when a private video was uploaded.
        if (status.UploadStatus != "processed" && !(time.GetUtcNow() - video.Snippet?.PublishedAt >= Patience))
        {
            return NetworkAnswer.NotReady(id, Poll);
        }
        // YouTube takes a picture of a Short only once it is processed. A video without its picture is still the post.
        if (publication.Thumbnail is { ContentType: "image/jpeg" or "image/png" } picture)
        {
            await _upload.ThumbnailAsync(publication.Grant!, id, picture, cancel);
        }
        await sending(id);
        return await ShowAsync(publication.Grant!, id, status, cancel);
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        if (publication.Handle is not { } id)
        {
            return new(NetworkVerdict.Unknown, Message: "The video's id on YouTube is not known.");
        }
        var (video, failure) = await VideoAsync(publication.Grant!, id, cancel);
        return failure ?? video?.Status?.PrivacyStatus switch
        {
            null => new(NetworkVerdict.Refused, Message: "YouTube does not have the video any more."),
            Private => new(NetworkVerdict.Refused, Message: "The video is still private on YouTube."),
            _ => NetworkAnswer.Done(id, YouTubeApi.Link(id)),
        };
    }

    public async Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel)
    {
        var grant = publication.Grant!;
        var comment = new YouTubeComment(null, new(grant.Account, remoteId, new(null, new(TextOriginal: text))));
        var reply = await http.PostAsync(
            _addresses.Url("/commentThreads") + NetworkHttp.Query(("part", "snippet")), grant.AccessToken,
            NetworkHttp.Json(comment, YouTubeJson.Default.YouTubeComment), cancel);
        return reply.IsSuccess && reply.Read(YouTubeJson.Default.YouTubeComment)?.Id is { } id
            ? NetworkAnswer.Done(id, $"{YouTubeApi.Link(remoteId)}&lc={id}")
            : reply.Failure<NetworkAnswer>(YouTubeApi.Name, isVisible: true);
    }

    /// <summary>YouTube processes each video for at least some seconds, so it is not asked right away.</summary>
    async Task<NetworkAnswer> UploadAsync(Publication publication, CancellationToken cancel)
    {
        if (publication.Files is not [{ Kind: MediaKind.video } file])
        {
            return new(NetworkVerdict.Refused, Message: "YouTube takes exactly one video.");
        }
        if (Title(publication.Post) is not { } title)
        {
            return new(NetworkVerdict.Refused, Message: "YouTube requires a title or a text.");
        }
        var (id, failure) = await _upload.VideoAsync(
            publication.Grant!, file,
            new(null, new(title, publication.Post.Text, Category), new(Private, SelfDeclaredMadeForKids: false)), cancel);
        return failure ?? NetworkAnswer.NotReady(id!, Poll);
    }

    /// <summary>Makes the video public. The request can be repeated without harm.</summary>
    async Task<NetworkAnswer> ShowAsync(NetworkGrant grant, string id, YouTubeStatus status, CancellationToken cancel)
    {
        // YouTube resets what is left out.
        var wanted = status with
        {
            PrivacyStatus = Public,
            SelfDeclaredMadeForKids = status.SelfDeclaredMadeForKids ?? false,
            UploadStatus = null,
            FailureReason = null,
            RejectionReason = null,
        };
        var reply = await http.SendAsync(
            NetworkHttp.Request(
                HttpMethod.Put, _addresses.Url("/videos") + NetworkHttp.Query(("part", "status")), grant.AccessToken,
                NetworkHttp.Json(new(id, Status: wanted), YouTubeJson.Default.YouTubeVideo)),
            cancel);
        return (reply.IsSuccess ? reply.Read(YouTubeJson.Default.YouTubeVideo)?.Status?.PrivacyStatus : null) switch
        {
            null => reply.Failure<NetworkAnswer>(YouTubeApi.Name, isVisible: true) with { Handle = id },
            Private => new(NetworkVerdict.Refused, Message: "YouTube keeps the video private: the app may not publish videos yet."),
            _ => NetworkAnswer.Done(id, YouTubeApi.Link(id)),
        };
    }

    /// <summary>A video of the channel; null if there is none.</summary>
    async Task<(YouTubeVideo? Video, NetworkAnswer? Failure)> VideoAsync(NetworkGrant grant, string id, CancellationToken cancel)
    {
        var reply = await http.GetAsync(
            _addresses.Url("/videos") + NetworkHttp.Query(("part", "snippet,status"), ("id", id)), grant.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(YouTubeJson.Default.YouTubeListYouTubeVideo) is { Items: { } videos }
            ? (videos.FirstOrDefault(), null) : (null, reply.Failure<NetworkAnswer>(YouTubeApi.Name));
    }

    /// <summary>Why a video will never be shown; null if it may.</summary>
    static string? Fault(YouTubeStatus status) => (status.UploadStatus, status.FailureReason, status.RejectionReason) switch
    {
        ("failed", "codec", _) => "YouTube does not support the video's codec.",
        ("failed", "emptyFile" or "invalidFile" or "conversion", _) => "YouTube cannot read the video file.",
        ("failed", "tooSmall", _) => "YouTube does not take a video file as small as this.",
        ("failed", _, _) => "YouTube could not process the video.",
        ("rejected", _, "duplicate") => "YouTube has the same video on this channel already.",
        ("rejected", _, "length") => "YouTube does not take a video of this length from this channel.",
        ("rejected", _, "copyright" or "claim" or "trademark") => "YouTube rejected the video: others have rights in it.",
        ("rejected", _, "uploaderAccountClosed") => "YouTube has closed the account.",
        ("rejected", _, "uploaderAccountSuspended") => "YouTube has suspended the account.",
        ("rejected", _, _) => "YouTube rejected the video for its rules.",
        _ => null,
    };

    /// <summary>The post's title, or the first line of its text; null if there is neither.</summary>
    static string? Title(Post post)
    {
        var title = BlankText.Is(post.YoutubeTitle)
            ? post.Text.Split(['\n', '\r'], StringSplitOptions.TrimEntries).FirstOrDefault(line => !BlankText.Is(line)) : post.YoutubeTitle;
        return title is null ? null : string.Concat(title.EnumerateRunes().Take(LongestTitle));
    }
}
