using Planable.Content.Media;

namespace Planable.Networks.Meta;

/// <summary>Posts on Threads. The first comment is a reply.</summary>
/// <remarks>Source: developers.facebook.com, "Threads API: Posts", "Threads API: Reply management".</remarks>
sealed class ThreadsPublisher(NetworkHttp http, IConfiguration configuration) : MetaContainers(http, ThreadsApi.Name)
{
    const int MostFiles = 20;

    readonly NetworkAddresses _addresses = ThreadsApi.Addresses(configuration);

    protected override string Edge => "threads";

    protected override string StateFields => "id,status,error_message";

    protected override string Url(string path) => ThreadsApi.Graph(_addresses, path);

    public override async Task<NetworkAnswer> CommentAsync(
        Publication publication, string remoteId, string text, CancellationToken cancel)
    {
        var grant = publication.Grant!;
        var (container, failure) = await CreateAsync(
            grant, [("media_type", "TEXT"), ("text", text), ("reply_to_id", remoteId)], cancel);
        if (container is null)
        {
            return failure!;
        }
        // A text is ready at once as a rule. If it is not, Threads refuses to publish it.
        var reply = await PublishAsync(grant, container, cancel);
        return Id(reply) is { } id ? NetworkAnswer.Done(id, await LinkAsync(grant, id, cancel))
            : reply.Failure<NetworkAnswer>(ThreadsApi.Name, isVisible: true);
    }

    protected override string? Refusal(Publication publication) =>
        publication.Post.IsStory ? "Threads has no stories."
        : publication.Files.Count > MostFiles ? "Threads takes up to 20 pictures and videos in a post."
        : publication.Files.Any(file => file.Kind is MediaKind.gif) ? "Threads takes no GIFs."
        : null;

    protected override async Task<(string, string?)[]?> FileAsync(
        Publication publication, PublicationFile file, bool isChild, CancellationToken cancel)
    {
        var isVideo = file.Kind is MediaKind.video;
        // Threads takes pictures as JPEG and PNG.
        var link = isVideo || file.ContentType == MediaFormat.Png.ContentType ? await file.LinkAsync(cancel)
            : await file.JpegLinkAsync(cancel);
        return link is null ? null :
        [
            ("media_type", isVideo ? "VIDEO" : "IMAGE"), (isVideo ? "video_url" : "image_url", link),
            ("is_carousel_item", isChild ? "true" : null), ("text", isChild ? null : Text(publication)),
        ];
    }

    protected override (string, string?)[] Whole(Publication publication, string? children) =>
        [("media_type", children is null ? "TEXT" : "CAROUSEL"), ("children", children), ("text", Text(publication))];

    protected override string Newest(Publication publication, DateTimeOffset since) =>
        $"/{publication.Grant!.Account}/threads?fields=id,text,timestamp,permalink&limit=25&since={since.ToUnixTimeSeconds()}";

    protected override NetworkAnswer? Meaning(string reason) => reason switch
    {
        "FAILED_DOWNLOADING_VIDEO" => new(NetworkVerdict.NotNow, Message: "Threads could not fetch the video."),
        "FAILED_PROCESSING_AUDIO" or "FAILED_PROCESSING_VIDEO" or "UNKNOWN" =>
            new(NetworkVerdict.NotNow, Message: "Threads could not prepare the media. It may work later."),
        "INVALID_ASPEC_RATIO" or "INVALID_ASPECT_RATIO" => Refused("ratio of width to height"),
        "INVALID_DURATION" => Refused("length"),
        "INVALID_BIT_RATE" or "INVALID_FRAME_RATE" or "INVALID_AUDIO_CHANNELS" or "INVALID_AUDIO_CHANNEL_LAYOUT" => Refused("format"),
        _ => null,
    };

    static NetworkAnswer Refused(string what) => new(NetworkVerdict.Refused, Message: $"Threads does not take a video of this {what}.");

    /// <summary>Null for none: a picture needs no text.</summary>
    static string? Text(Publication publication) => publication.Post.Text is { Length: > 0 } text ? text : null;
}
