using System.Net.Http.Headers;
using Planable.Content.Media;

namespace Planable.Networks.Meta;

/// <summary>
/// Videos on Facebook pages, which Facebook fetches and processes before they are published: upright ones of up to 90 seconds as reels,
/// the others as videos, and those of stories. A reel and a story are published by the request that finishes their upload.
/// </summary>
/// <remarks>Source: developers.facebook.com, "Page Videos", "Reels publishing", "Facebook Stories API", "Video".</remarks>
sealed class FacebookVideos(NetworkHttp http, IConfiguration configuration)
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(20);

    readonly NetworkAddresses _addresses = FacebookApi.Addresses(configuration);

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        var (grant, handle) = (publication.Grant!, FacebookHandle.Parse(publication.Handle));
        if (handle.Item is FacebookItem.Direct)
        {
            return await PublishAtOnceAsync(publication, handle, sending, cancel);
        }
        var isOld = handle.Item is FacebookItem.Video or FacebookItem.Reel or FacebookItem.VideoStory;
        if (!isOld)
        {
            var (uploaded, failure) = await UploadAsync(publication, cancel);
            if (failure is not null)
            {
                return failure;
            }
            handle = uploaded!;
        }
        var reply = await NodeAsync(grant, handle.Id, cancel);
        if (isOld && (reply.IsGone() || Node(reply)?.Status?.VideoStatus is "expired"))
        {
            return await PublishAsync(publication with { Handle = null }, sending, cancel);
        }
        if (Node(reply) is not { } node)
        {
            return reply.Failure<NetworkAnswer>(FacebookApi.Name) with { Handle = $"{handle}" };
        }
        if (isOld && IsPublished(node, handle))
        {
            return await PublishedAsync(grant, handle, node, cancel);
        }
        switch (node.Status?.VideoStatus)
        {
            case not null when isOld && node.Status.PublishingPhase?.Status is "in_progress":
                return NetworkAnswer.NotReady($"{handle}", Poll);
            case "error" or "expired":
                return new(NetworkVerdict.Refused, Message: "Facebook could not process the video.");
            case "ready":
            // What is processed of these comes after they are published.
            case "upload_complete" when handle.Item is not FacebookItem.Video:
                break;
            default:
                return NetworkAnswer.NotReady($"{handle}", Poll);
        }
        return await SetThumbnailAsync(publication, handle, cancel) ?? await PublishAsync(publication, handle, node, sending, cancel);
    }

    async Task<NetworkAnswer> PublishAsync(
        Publication publication, FacebookHandle handle, FacebookNode node, Sending sending, CancellationToken cancel)
    {
        var (grant, text) = (publication.Grant!, publication.Post.Text);
        await sending($"{handle}");
        var reply = await (handle.Item switch
        {
            FacebookItem.Reel => FormAsync($"{grant.Account}/video_reels", grant,
            [
                ("upload_phase", "finish"), ("video_id", handle.Id), ("video_state", "PUBLISHED"),
                ("description", text.Length > 0 ? text : null),
            ], cancel),
            FacebookItem.VideoStory => FormAsync(
                $"{grant.Account}/video_stories", grant, [("upload_phase", "finish"), ("video_id", handle.Id)], cancel),
            _ => FormAsync(handle.Id, grant, [("published", "true")], cancel),
        });
        if (handle.Item is FacebookItem.Video && reply.CannotSwitchOn())
        {
            await http.SendAsync(NetworkHttp.Request(HttpMethod.Delete, _addresses.Url(handle.Id), grant.AccessToken), cancel);
            return new(NetworkVerdict.NotNow, Message: "Facebook did not publish the prepared video. It is posted at once next.")
            {
                Handle = $"{FacebookHandle.Direct}",
            };
        }
        return reply.IsSuccess && reply.Read(FacebookJson.Default.FacebookMade) is { Success: true } made
            ? Published(handle, handle.Item is FacebookItem.VideoStory ? made.PostId : null, node)
            : reply.Failure<NetworkAnswer>(FacebookApi.Name, isVisible: true) with { Handle = $"{handle}" };
    }

    /// <summary>For an app that cannot publish a video which it prepared.</summary>
    async Task<NetworkAnswer> PublishAtOnceAsync(
        Publication publication, FacebookHandle handle, Sending sending, CancellationToken cancel)
    {
        var link = await publication.Files[0].LinkAsync(cancel);
        await sending($"{handle}");
        var reply = await VideoAsync(publication, link, isPublished: true, cancel);
        return reply.IsSuccess && reply.Read(FacebookJson.Default.FacebookMade)?.Id is { } id
            ? NetworkAnswer.Done(id, "https://www.facebook.com/" + id)
            : reply.Failure<NetworkAnswer>(FacebookApi.Name, isVisible: true) with { Handle = $"{handle}" };
    }

    public async Task<NetworkAnswer> FindAsync(NetworkGrant grant, FacebookHandle handle, CancellationToken cancel)
    {
        var reply = await NodeAsync(grant, handle.Id, cancel);
        return reply.IsGone() ? new(NetworkVerdict.Unknown, Message: "Facebook does not have the video any more.")
            : Node(reply) is not { } node ? reply.Failure<NetworkAnswer>(FacebookApi.Name)
            : IsPublished(node, handle) ? await PublishedAsync(grant, handle, node, cancel)
            : node.Status?.VideoStatus is "error" or "expired" ?
                new(NetworkVerdict.Refused, Message: "Facebook could not process the video.")
            : handle.Item is FacebookItem.Video ? node.Published is false ? NotThere() : Unclear()
            : node.Status?.PublishingPhase?.Status switch
            {
                "not_started" => NotThere(),
                "error" => new(NetworkVerdict.Refused, Message: "Facebook could not publish the video."),
                // Facebook has the request and is at work.
                "in_progress" => new(NetworkVerdict.NotNow, Message: "Facebook is still publishing the video."),
                _ => Unclear(),
            };

        static NetworkAnswer NotThere() => new(NetworkVerdict.Refused, Message: "The video is on Facebook, but not published.");
        static NetworkAnswer Unclear() => new(NetworkVerdict.Unknown, Message: "Facebook does not say whether the video is published.");
    }

    /// <summary>The page's story with this photo or video; both are null if there is none.</summary>
    public async Task<(FacebookStory? Story, NetworkAnswer? Failure)> StoryAsync(
        NetworkGrant grant, string media, CancellationToken cancel)
    {
        var reply = await http.GetAsync(
            _addresses.Url($"{grant.Account}/stories") + NetworkHttp.Query(("fields", "post_id,media_id,url"), ("limit", "50")),
            grant.AccessToken, cancel);
        return reply.IsSuccess && reply.Read(FacebookJson.Default.FacebookListFacebookStory)?.Data is { } stories
            ? (Array.Find(stories, one => one.MediaId == media), null) : (null, reply.Failure<NetworkAnswer>(FacebookApi.Name));
    }

    static bool IsPublished(FacebookNode node, FacebookHandle handle) => handle.Item is FacebookItem.Video
        ? node.Published is true : node.Status?.PublishingPhase?.Status is "complete";

    /// <summary>A video that an earlier request published.</summary>
    async Task<NetworkAnswer> PublishedAsync(NetworkGrant grant, FacebookHandle handle, FacebookNode node, CancellationToken cancel)
    {
        var story = handle.Item is FacebookItem.VideoStory ? (await StoryAsync(grant, handle.Id, cancel)).Story : null;
        return Published(handle, story?.PostId, node);
    }

    /// <param name="story">The id of the story, if it is one and it is known.</param>
    static NetworkAnswer Published(FacebookHandle handle, string? story, FacebookNode node) => handle.Item switch
    {
        FacebookItem.Reel => NetworkAnswer.Done(handle.Id, "https://www.facebook.com/reel/" + handle.Id),
        FacebookItem.VideoStory => NetworkAnswer.Done(
            story ?? handle.Id, story is null ? null : "https://www.facebook.com/stories/" + story),
        _ => NetworkAnswer.Done(handle.Id, FacebookApi.Link(node.PermalinkUrl) ?? "https://www.facebook.com/" + handle.Id),
    };

    async Task<(FacebookHandle? Handle, NetworkAnswer? Failure)> UploadAsync(Publication publication, CancellationToken cancel)
    {
        var (grant, file) = (publication.Grant!, publication.Files[0]);
        var item = publication.Post.IsStory ? FacebookItem.VideoStory : IsReel(file) ? FacebookItem.Reel : FacebookItem.Video;
        var link = await file.LinkAsync(cancel);
        if (item is FacebookItem.Video)
        {
            var video = await VideoAsync(publication, link, isPublished: false, cancel);
            return video.IsSuccess && video.Read(FacebookJson.Default.FacebookMade)?.Id is { } made
                ? (new(item, made), null) : (null, video.Failure<NetworkAnswer>(FacebookApi.Name));
        }
        var begun = await FormAsync(
            $"{grant.Account}/{(item is FacebookItem.Reel ? "video_reels" : "video_stories")}", grant, [("upload_phase", "start")], cancel);
        if (!begun.IsSuccess || begun.Read(FacebookJson.Default.FacebookMade) is not { VideoId: { } id } upload)
        {
            return (null, begun.Failure<NetworkAnswer>(FacebookApi.Name));
        }
        // The request carries the page's token.
        if (_addresses.Allowed(upload.UploadUrl) is not { } address)
        {
            return (null, new(NetworkVerdict.NotNow, Message: "Facebook named an address for the video that is not its own."));
        }
        var request = NetworkHttp.Request(HttpMethod.Post, address.AbsoluteUri, null);
        request.Headers.Authorization = new AuthenticationHeaderValue("OAuth", grant.AccessToken);
        request.Headers.TryAddWithoutValidation("file_url", link);
        var fetched = await http.SendAsync(request, cancel);
        return fetched.IsSuccess ? (new(item, id), null) : (null, fetched.Failure<NetworkAnswer>(FacebookApi.Name));
    }

    Task<NetworkReply> VideoAsync(Publication publication, string link, bool isPublished, CancellationToken cancel) => FormAsync(
        $"{publication.Grant!.Account}/videos", publication.Grant,
        [
            ("file_url", link), ("description", publication.Post.Text.Length > 0 ? publication.Post.Text : null),
            ("published", isPublished ? "true" : "false"),
        ], cancel);

    static bool IsReel(PublicationFile file) => file is
    {
        Kind: MediaKind.video, Duration: >= 3 and <= 90, Width: { } width and >= 540, Height: { } height and >= 960,
    } && height > width;

    /// <summary>Sets the thumbnail that was given. A post is not held up by one that Facebook does not take.</summary>
    /// <returns>Null if the video can be published.</returns>
    async Task<NetworkAnswer?> SetThumbnailAsync(Publication publication, FacebookHandle handle, CancellationToken cancel)
    {
        if (publication.Thumbnail is not { } thumbnail || handle.Item is FacebookItem.VideoStory)
        {
            return null;
        }
        using var form = new MultipartFormDataContent
        {
            { new StringContent("true"), "is_preferred" },
            { await thumbnail.ContentAsync(cancel), "source", "thumbnail" },
        };
        var reply = await http.PostAsync(_addresses.Url($"{handle.Id}/thumbnails"), publication.Grant!.AccessToken, form, cancel);
        return reply.IsSuccess || reply.Verdict() is NetworkVerdict.Refused ? null
            : reply.Failure<NetworkAnswer>(FacebookApi.Name) with { Handle = $"{handle}" };
    }

    Task<NetworkReply> FormAsync(string path, NetworkGrant grant, IEnumerable<(string, string?)> fields, CancellationToken cancel) =>
        http.PostFormAsync(_addresses.Url(path), grant.AccessToken, fields, cancel);

    Task<NetworkReply> NodeAsync(NetworkGrant grant, string id, CancellationToken cancel) => http.GetAsync(
        _addresses.Url(id) + NetworkHttp.Query(("fields", "published,permalink_url,status")), grant.AccessToken, cancel);

    static FacebookNode? Node(NetworkReply reply) => reply.IsSuccess ? reply.Read(FacebookJson.Default.FacebookNode) : null;
}
