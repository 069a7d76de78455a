using Planable.Content.Media;

namespace Planable.Networks.Pinterest;

/// <summary>
/// Pins on a board of Pinterest. A video is uploaded first; the handle is the id of its file. Pinterest has no key that would make a repeat
/// harmless, so an attempt without an answer is looked for among the board's newest pins.
/// </summary>
/// <remarks>
/// Source: github.com/pinterest/api-description, v5/openapi.yaml (5.23.0), "media/create", "pins/create", "boards/list_pins".
/// </remarks>
sealed class PinterestPublisher(NetworkHttp http, IConfiguration configuration) : IPublisher
{
    /// <summary>The most pictures of a pin.</summary>
    const int MostImages = 5;

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    readonly NetworkAddresses _addresses = PinterestApi.Addresses(configuration);

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        if (Unfit(publication) is { } unfit)
        {
            return new(NetworkVerdict.Refused, Message: unfit);
        }
        var (handle, pin) = ((string?)null, publication.Post.Pinterest!);
        if (IsVideo(publication))
        {
            (handle, var unready) = await PrepareAsync(publication, cancel);
            if (unready is not null)
            {
                return unready with { Handle = unready.Verdict is NetworkVerdict.Refused ? null : handle };
            }
        }
        if (await SourceAsync(publication, handle, cancel) is not { } source)
        {
            return new(NetworkVerdict.Refused, Message: "Pinterest does not take a picture of this format, and it cannot be converted.");
        }
        using var body = NetworkHttp.Json(
            new(pin.BoardId, source, Given(pin.Title), Description(publication), Given(pin.Link)), PinterestJson.Default.PinterestNewPin);
        await sending(handle);
        var reply = await http.PostAsync(_addresses.Url("/pins"), publication.Grant!.AccessToken, body, cancel);
        return reply.IsSuccess && reply.Read(PinterestJson.Default.PinterestPin)?.Id is { Length: > 0 } id ? Done(id)
            : reply.Failure<NetworkAnswer>(isVisible: true) with { Handle = handle };
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        var (post, pin) = (publication.Post, publication.Post.Pinterest!);
        var reply = await http.GetAsync(
            _addresses.Url($"/boards/{Uri.EscapeDataString(pin.BoardId)}/pins") + NetworkHttp.Query(("page_size", "25")),
            publication.Grant!.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(PinterestJson.Default.PinterestPins) is not { } newest)
        {
            var failure = reply.Failure<NetworkAnswer>();
            // That the question was refused says nothing about the pin.
            return failure.Verdict is NetworkVerdict.Refused ? failure with { Verdict = NetworkVerdict.Unknown } : failure;
        }
        var since = publication.Since;
        var kind = IsVideo(publication) ? "video" : publication.Files.Count > 1 ? "multiple_images" : "image";
        return Array.Find(newest.Items ?? [], one => one.At >= since && (one.Media?.MediaType ?? kind) == kind
                && NetworkText.IsSame(one.Title, pin.Title) && NetworkText.IsSame(one.Description, Description(publication))
                && NetworkText.Words(one.Link).TrimEnd('/') == NetworkText.Words(pin.Link).TrimEnd('/')) is { Id: { } id }
            ? Done(id)
            // Pinterest does not promise an order, and the list may lag.
            : new(NetworkVerdict.Unknown, Message: "The pin is not among the board's newest pins, but Pinterest may still have it.");
    }

    public Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel) =>
        Task.FromResult<NetworkAnswer>(new(NetworkVerdict.Refused, Message: "Pinterest takes no comments from apps."));

    static NetworkAnswer Done(string id) => NetworkAnswer.Done(id, $"https://www.pinterest.com/pin/{id}/");

    static bool IsVideo(Publication publication) => publication.Files is [{ Kind: MediaKind.video }];

    static string? Unfit(Publication publication) =>
        publication.Post.IsStory ? "Pinterest takes no stories from apps."
        : publication.Post.Pinterest is not { BoardId.Length: > 0 } ? "Pinterest needs a board for the pin."
        : publication.Files.Count == 0 ? "Pinterest takes only pins with a video or pictures."
        : publication.Files.Count > 1 && publication.Files.Any(file => file.Kind is MediaKind.video)
            ? "Pinterest takes one video or pictures, but not both."
        : publication.Files.Count > MostImages ? $"Pinterest takes at most {MostImages} pictures."
        : null;

    /// <summary>The file of a video, uploaded and ready, or why it is not.</summary>
    async Task<(string? Media, NetworkAnswer? Unready)> PrepareAsync(Publication publication, CancellationToken cancel)
    {
        if (publication.Handle is { } known)
        {
            var (unready, isGone) = await WaitAsync(publication.Grant!, known, cancel);
            if (!isGone)
            {
                return (known, unready);
            }
        }
        var (media, failure) = await UploadAsync(publication, cancel);
        return failure is not null ? (null, failure) : (media, (await WaitAsync(publication.Grant!, media!, cancel)).Unready);
    }

    async Task<(string? Media, NetworkAnswer? Failure)> UploadAsync(Publication publication, CancellationToken cancel)
    {
        var (grant, file) = (publication.Grant!, publication.Files[0]);
        var begun = await http.PostAsync(
            _addresses.Url("/media"), grant.AccessToken, NetworkHttp.Json(new("video"), PinterestJson.Default.PinterestNewMedia), cancel);
        if (!begun.IsSuccess || begun.Read(PinterestJson.Default.PinterestMedia) is not { MediaId: { Length: > 0 } id } upload)
        {
            return (null, begun.Failure<NetworkAnswer>());
        }
        if (_addresses.Allowed(upload.UploadUrl) is not { } url)
        {
            return (null, new(NetworkVerdict.NotNow, Message: "Pinterest named an address for the video that is not one of its own."));
        }
        using var form = PinterestUpload.Form(upload.UploadParameters ?? [], await file.ContentAsync(cancel));
        // The form's fields are the access; the page's token does not belong there.
        var sent = await http.PostAsync(url.AbsoluteUri, null, form, cancel);
        return sent.IsSuccess ? (id, null)
            : sent.Body.Contains("EntityTooLarge", StringComparison.Ordinal)
                ? (null, new(NetworkVerdict.Refused, Message: "Pinterest does not take a video of this size."))
            : (null, new(NetworkVerdict.NotNow, Message: "Pinterest's storage did not take the video."));
    }

    /// <summary>What to answer while a video cannot be pinned yet; null once it can. IsGone: Pinterest no longer has the file.</summary>
    async Task<(NetworkAnswer? Unready, bool IsGone)> WaitAsync(NetworkGrant grant, string media, CancellationToken cancel)
    {
        var reply = await http.GetAsync(_addresses.Url($"/media/{Uri.EscapeDataString(media)}"), grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(PinterestJson.Default.PinterestMedia) is not { Status: { } status })
        {
            // Right after the upload, Pinterest may not have it yet.
            return reply.Status == 404 ? (NetworkAnswer.NotReady(media, Poll), true) : (reply.Failure<NetworkAnswer>(), false);
        }
        return status switch
        {
            "succeeded" => (null, false),
            "failed" => (new(NetworkVerdict.Refused, Message: "Pinterest could not process the video."), false),
            _ => (NetworkAnswer.NotReady(media, Poll), false),
        };
    }

    /// <summary>Null if a picture cannot be converted.</summary>
    static async Task<PinterestSource?> SourceAsync(Publication publication, string? video, CancellationToken cancel)
    {
        if (video is not null)
        {
            // A cover is demanded: the thumbnail, or else the first frame.
            return publication.Thumbnail is { } thumbnail && await thumbnail.JpegLinkAsync(cancel) is { } cover
                ? new("video_id", MediaId: video, CoverImageUrl: cover) : new("video_id", MediaId: video, CoverImageKeyFrameTime: 0);
        }
        List<PinterestItem> items = [];
        foreach (var file in publication.Files)
        {
            var isTaken = file.Kind is MediaKind.gif || file.ContentType == MediaFormat.Png.ContentType
                || file.ContentType == MediaFormat.Webp.ContentType;
            if ((isTaken ? await file.LinkAsync(cancel) : await file.JpegLinkAsync(cancel)) is not { } link)
            {
                return null;
            }
            items.Add(new(link));
        }
        return items is [var one] ? new("image_url", Url: one.Url) : new("multiple_image_urls", Items: [.. items]);
    }

    static string? Description(Publication publication) => Given(publication.Post.Pinterest!.Description) ?? Given(publication.Post.Text);

    static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
