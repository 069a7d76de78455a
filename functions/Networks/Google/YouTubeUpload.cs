using System.Globalization;
using System.Net.Http.Headers;

namespace Planable.Networks.Google;

/// <summary>
/// Uploads a video in parts, as private. After a part without an answer, the session is asked how far it is. Its address admits anybody, so
/// it is never stored: an upload that is interrupted begins anew.
/// </summary>
/// <remarks>Source: developers.google.com/youtube/v3/guides/using_resumable_upload_protocol.</remarks>
sealed class YouTubeUpload(NetworkHttp http, NetworkAddresses addresses)
{
    /// <summary>Bytes of a part; a multiple of 256 KiB.</summary>
    const int Part = 8 * 1024 * 1024;

    /// <summary>Requests that may follow each other without any byte arriving.</summary>
    const int MostStalls = 5;

    /// <summary>The video's id, or why there is none.</summary>
    public async Task<(string? Id, NetworkAnswer? Failure)> VideoAsync(
        NetworkGrant grant, PublicationFile file, YouTubeVideo video, CancellationToken cancel)
    {
        // Subscribers are told when a video becomes public if this says so when it is uploaded.
        var request = NetworkHttp.Request(
            HttpMethod.Post,
            addresses.UploadUrl("/videos") + NetworkHttp.Query(
                ("uploadType", "resumable"), ("part", "snippet,status"), ("notifySubscribers", "true")),
            grant.AccessToken, NetworkHttp.Json(video, YouTubeJson.Default.YouTubeVideo));
        request.Headers.Add("X-Upload-Content-Type", file.ContentType);
        request.Headers.Add("X-Upload-Content-Length", file.Size.ToString(CultureInfo.InvariantCulture));
        var begun = await http.SendAsync(request, cancel);
        return !begun.IsSuccess ? (null, begun.Failure<NetworkAnswer>(YouTubeApi.Name))
            : addresses.Allowed(begun.Header("Location")) is { } session ? await SendAsync(grant, file, session, cancel)
            : (null, new(NetworkVerdict.NotNow, Message: "YouTube named no address of its own for the video."));
    }

    /// <summary>Sets the picture of a video.</summary>
    public async Task ThumbnailAsync(NetworkGrant grant, string video, PublicationFile picture, CancellationToken cancel) =>
        await http.PostAsync(
            addresses.UploadUrl("/thumbnails/set") + NetworkHttp.Query(("videoId", video), ("uploadType", "media")),
            grant.AccessToken, await picture.ContentAsync(cancel), cancel);

    async Task<(string? Id, NetworkAnswer? Failure)> SendAsync(
        NetworkGrant grant, PublicationFile file, Uri session, CancellationToken cancel)
    {
        var (offset, stalls, isCertain) = (0L, 0, true);
        while (true)
        {
            using var body = isCertain && offset < file.Size ? await PartAsync(file, offset, cancel) : Question(file);
            var reply = await http.SendAsync(
                NetworkHttp.Request(HttpMethod.Put, session.AbsoluteUri, grant.AccessToken, body), cancel);
            if (reply.IsSuccess && reply.Read(YouTubeJson.Default.YouTubeVideo)?.Id is { } id)
            {
                return (id, null);
            }
            if (reply.Status is 404 or 410)
            {
                return (null, new(NetworkVerdict.NotNow, Message: "YouTube has ended the upload before all of the video arrived."));
            }
            if (reply.Status is >= 400 and < 500 and not 408 and not 425)
            {
                return (null, reply.Failure<NetworkAnswer>(YouTubeApi.Name));
            }
            var arrived = reply.Status == 308 ? Arrived(reply) : offset;
            isCertain = reply.Status == 308;
            stalls = arrived > offset ? 0 : stalls + 1;
            offset = arrived;
            if (stalls == MostStalls)
            {
                return (null, reply.Failure<NetworkAnswer>(YouTubeApi.Name));
            }
        }
    }

    static async Task<HttpContent> PartAsync(PublicationFile file, long offset, CancellationToken cancel)
    {
        var length = Math.Min(Part, file.Size - offset);
        var content = await file.ContentAsync(cancel, offset, length);
        content.Headers.ContentRange = new ContentRangeHeaderValue(offset, offset + length - 1, file.Size);
        return content;
    }

    /// <summary>Asks how much has arrived.</summary>
    static ByteArrayContent Question(PublicationFile file) => new([]) { Headers = { ContentRange = new(file.Size) } };

    /// <summary>How many bytes have arrived, such as 1000 for bytes=0-999; 0 without the header.</summary>
    static long Arrived(NetworkReply reply) => reply.Header("Range") is { } range
        && long.TryParse(range.AsSpan(range.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last + 1 : 0;
}
