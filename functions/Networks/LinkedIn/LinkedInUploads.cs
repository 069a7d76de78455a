using Planable.Content.Media;

namespace Planable.Networks.LinkedIn;

/// <summary>Uploads pictures and videos, which LinkedIn then prepares.</summary>
/// <remarks>Source: learn.microsoft.com/linkedin, "Images API", "Videos API".</remarks>
sealed class LinkedInUploads(LinkedInApi api)
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>LinkedIn does not have the media: not any more, or, right after the upload, not yet.</summary>
    public static readonly NetworkAnswer Missing = NetworkAnswer.NotReady("", Poll);

    /// <summary>Uploads all files of a post.</summary>
    /// <returns>Their URNs, in order.</returns>
    public async Task<(string[]? Media, NetworkAnswer? Failure)> UploadAsync(Publication publication, CancellationToken cancel)
    {
        List<string> media = [];
        foreach (var file in publication.Files)
        {
            var (urn, failure) = file.Kind is MediaKind.video
                ? await VideoAsync(publication.Grant!, file, publication.Thumbnail, cancel)
                : await ImageAsync(publication.Grant!, file, cancel);
            if (failure is not null)
            {
                return (null, failure);
            }
            media.Add(urn!);
        }
        return ([.. media], null);
    }

    /// <summary>What to answer while media cannot be posted yet; null once all can.</summary>
    public async Task<NetworkAnswer?> WaitAsync(NetworkGrant grant, string[] media, CancellationToken cancel)
    {
        foreach (var urn in media)
        {
            var isVideo = urn.StartsWith("urn:li:video:", StringComparison.Ordinal);
            var reply = await api.GetAsync(
                (isVideo ? "/videos/" : "/images/") + Uri.EscapeDataString(urn), grant.AccessToken, cancel);
            if (reply.Status == 404)
            {
                return Missing;
            }
            // Not every app may ask. The request for the post is then refused if it is too early.
            if (reply.Status == 403)
            {
                continue;
            }
            if (!reply.IsSuccess || reply.Read(LinkedInJson.Default.LinkedInMediaState) is not { } state)
            {
                return reply.Failure<NetworkAnswer>();
            }
            switch (state.Status)
            {
                case "AVAILABLE":
                    continue;
                case "PROCESSING_FAILED":
                    return new(NetworkVerdict.Refused,
                        Message: isVideo ? "LinkedIn could not process the video." : "LinkedIn could not process a picture.");
                default:
                    return NetworkAnswer.NotReady("", Poll);
            }
        }
        return null;
    }

    /// <summary>Uploads a picture; a GIF is one too.</summary>
    async Task<(string? Urn, NetworkAnswer? Failure)> ImageAsync(NetworkGrant grant, PublicationFile file, CancellationToken cancel)
    {
        var begun = await api.PostAsync("/images?action=initializeUpload", grant.AccessToken,
            NetworkHttp.Json(new(new(grant.Account)), LinkedInJson.Default.LinkedInImageRequest), cancel);
        if (!begun.IsSuccess || begun.Read(LinkedInJson.Default.LinkedInValueLinkedInImageUpload)?.Value is not { Image: { } urn } upload)
        {
            return (null, begun.Failure<NetworkAnswer>());
        }
        var sent = await api.PutAsync(upload.UploadUrl, grant.AccessToken, await file.ContentAsync(cancel), cancel);
        return sent is { IsSuccess: true } ? (urn, null) : (null, Failure(sent));
    }

    async Task<(string? Urn, NetworkAnswer? Failure)> VideoAsync(
        NetworkGrant grant, PublicationFile file, PublicationFile? thumbnail, CancellationToken cancel)
    {
        var begun = await api.PostAsync("/videos?action=initializeUpload", grant.AccessToken,
            NetworkHttp.Json(
                new(new(grant.Account, file.Size, UploadThumbnail: thumbnail is not null)), LinkedInJson.Default.LinkedInVideoRequest),
            cancel);
        if (!begun.IsSuccess
            || begun.Read(LinkedInJson.Default.LinkedInValueLinkedInVideoUpload)?.Value is not { Video: { } urn } upload
            || upload.UploadInstructions is not { } parts || !AreWhole(parts, file.Size))
        {
            return (null, begun.Failure<NetworkAnswer>());
        }
        List<string> tags = [];
        foreach (var part in parts)
        {
            var sent = await api.PutAsync(
                part.UploadUrl, null, await BytesAsync(file, part.FirstByte, part.LastByte - part.FirstByte + 1, cancel), cancel);
            if (sent is not { IsSuccess: true } || sent.Header("ETag")?.Trim('"') is not { Length: > 0 } tag)
            {
                return (null, Failure(sent));
            }
            tags.Add(tag);
        }
        if (thumbnail is not null && await ThumbnailAsync(upload.ThumbnailUploadUrl, thumbnail, cancel) is { } failure)
        {
            return (null, failure);
        }
        var ended = await api.PostAsync("/videos?action=finalizeUpload", grant.AccessToken,
            NetworkHttp.Json(new(new(urn, upload.UploadToken ?? "", [.. tags])), LinkedInJson.Default.LinkedInFinalRequest), cancel);
        return ended.IsSuccess ? (urn, null) : (null, ended.Failure<NetworkAnswer>());
    }

    /// <summary>A video without its own thumbnail is better than none, so only a failed connection is a failure.</summary>
    async Task<NetworkAnswer?> ThumbnailAsync(string? address, PublicationFile thumbnail, CancellationToken cancel)
    {
        var bytes = await BytesAsync(thumbnail, 0, thumbnail.Size, cancel);
        bytes.Headers.Add("media-type-family", "STILLIMAGE");
        return await api.PutAsync(address, null, bytes, cancel) is { Status: 0 or >= 500 } failed ? failed.Failure<NetworkAnswer>() : null;
    }

    static async Task<HttpContent> BytesAsync(PublicationFile file, long offset, long length, CancellationToken cancel)
    {
        var bytes = await file.ContentAsync(cancel, offset, length);
        bytes.Headers.ContentType = new("application/octet-stream");
        return bytes;
    }

    /// <summary>Whether the parts are the whole file, each byte once and in order.</summary>
    static bool AreWhole(LinkedInPart[] parts, long size)
    {
        var next = 0L;
        foreach (var part in parts)
        {
            if (part.FirstByte != next || part.LastByte < part.FirstByte)
            {
                return false;
            }
            next = part.LastByte + 1;
        }
        return next == size;
    }

    static NetworkAnswer Failure(NetworkReply? reply) => reply?.Failure<NetworkAnswer>()
        ?? new(NetworkVerdict.NotNow, Message: "LinkedIn named an address for the upload that is not its own.");
}
