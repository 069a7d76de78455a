using System.Globalization;
using Planable.Content.Media;

namespace Planable.Networks.X;

/// <summary>
/// Posts on X. The handle is the ids of the uploaded media, separated by commas. X has no key that would make a repeat harmless, so an
/// attempt without an answer is looked for on the account's timeline.
/// </summary>
/// <remarks>Source: docs.x.com, "Create Post", "Media upload", "User posts timeline".</remarks>
sealed class XPublisher(NetworkHttp http, IConfiguration configuration) : IPublisher
{
    /// <summary>Bytes of an appended part.</summary>
    const int Part = 4 * 1024 * 1024;

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    readonly NetworkAddresses _addresses = XApi.Addresses(configuration);

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        var (grant, media) = (publication.Grant!, publication.Handle is { Length: > 0 } prepared ? prepared.Split(',') : null);
        if (media is null && publication.Files.Count > 0)
        {
            var (uploaded, failure) = await UploadAsync(publication, cancel);
            if (failure is not null)
            {
                return failure;
            }
            media = uploaded;
        }
        var handle = media is null ? null : string.Join(',', media);
        if (publication.Files.Any(file => file.Kind is not MediaKind.image) && await WaitAsync(grant, media!, cancel) is { } unready)
        {
            return unready with { Handle = unready.Verdict is NetworkVerdict.Refused ? null : handle };
        }
        await sending(handle);
        var reply = await PostAsync(grant, new(publication.Post.Text, media is null ? null : new XPostMedia(media)), cancel);
        if (reply.IsDuplicate())
        {
            // The answer to an earlier request may have been lost.
            var found = await FindAsync(publication with { Handle = handle }, cancel);
            return found.Verdict is NetworkVerdict.Done ? found
                : new(NetworkVerdict.Unknown, Message: "X says that the account has posted this text already.");
        }
        // X keeps uploaded media for a day.
        return Posted(reply, grant) ?? (publication.Handle is { Length: > 0 } && reply is { Status: 400 }
            ? new(NetworkVerdict.NotNow, Message: "X no longer has the files. They are uploaded anew.") { Handle = "" }
            : reply.Failure<NetworkAnswer>(isVisible: true) with { Handle = handle });
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        var (grant, post) = (publication.Grant!, publication.Post);
        var reply = await http.GetAsync(
            _addresses.Url($"/2/users/{grant.Account}/tweets") + NetworkHttp.Query(
                ("start_time", publication.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
                ("max_results", "50"), ("exclude", "replies,retweets"), ("tweet.fields", "created_at,entities,attachments")),
            grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(XJson.Default.XDataXPostArray) is not { } timeline)
        {
            return reply.Failure<NetworkAnswer>();
        }
        var media = publication.Handle?.Split(',') ?? [];
        return Array.Find(timeline.Data ?? [], one => media.Length > 0 ? Shows(one, media) : IsText(one, post.Text)) is { Id: { } id }
            ? NetworkAnswer.Done(id, Link(grant, id))
            // The timeline may lag.
            : new(NetworkVerdict.Unknown, Message: "The post is not on the account's timeline, but X may still have it.");
    }

    public async Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel)
    {
        var reply = await PostAsync(publication.Grant!, new(text, Reply: new(remoteId)), cancel);
        return Posted(reply, publication.Grant!) ?? reply.Failure<NetworkAnswer>(isVisible: true);
    }

    Task<NetworkReply> PostAsync(NetworkGrant grant, XNewPost post, CancellationToken cancel) => http.PostAsync(
        _addresses.Url("/2/tweets"), grant.AccessToken, NetworkHttp.Json(post, XJson.Default.XNewPost), cancel);

    static NetworkAnswer? Posted(NetworkReply reply, NetworkGrant grant) =>
        reply.IsSuccess && reply.Read(XJson.Default.XDataXPost)?.Data?.Id is { } id ? NetworkAnswer.Done(id, Link(grant, id)) : null;

    static string Link(NetworkGrant grant, string id) => $"https://x.com/{grant.Username ?? "i"}/status/{id}";

    async Task<(string[]? Ids, NetworkAnswer? Failure)> UploadAsync(Publication publication, CancellationToken cancel)
    {
        List<string> ids = [];
        foreach (var file in publication.Files)
        {
            var (id, failure) = await UploadAsync(publication.Grant!, file, cancel);
            if (failure is not null)
            {
                return (null, failure);
            }
            ids.Add(id!);
        }
        return ([.. ids], null);
    }

    async Task<(string? Id, NetworkAnswer? Failure)> UploadAsync(NetworkGrant grant, PublicationFile file, CancellationToken cancel)
    {
        var category = file.Kind switch { MediaKind.video => "tweet_video", MediaKind.gif => "tweet_gif", _ => "tweet_image" };
        var begun = await http.PostAsync(
            _addresses.Url("/2/media/upload/initialize"), grant.AccessToken,
            NetworkHttp.Json(new(file.ContentType, file.Size, category), XJson.Default.XNewMedia), cancel);
        if (!begun.IsSuccess || begun.Read(XJson.Default.XDataXMedia)?.Data?.Id is not { } id)
        {
            return (null, begun.Failure<NetworkAnswer>());
        }
        for (var (segment, offset) = (0, 0L); offset < file.Size; segment++, offset += Part)
        {
            using var form = new MultipartFormDataContent
            {
                { new StringContent(segment.ToString(CultureInfo.InvariantCulture)), "segment_index" },
                { await file.ContentAsync(cancel, offset, Math.Min(Part, file.Size - offset)), "media", "media" },
            };
            var appended = await http.PostAsync(_addresses.Url($"/2/media/upload/{id}/append"), grant.AccessToken, form, cancel);
            if (!appended.IsSuccess)
            {
                return (null, appended.Failure<NetworkAnswer>());
            }
        }
        var ended = await http.PostAsync(_addresses.Url($"/2/media/upload/{id}/finalize"), grant.AccessToken, null, cancel);
        return ended.IsSuccess ? (id, null) : (null, ended.Failure<NetworkAnswer>());
    }

    /// <summary>What to answer while a video or GIF cannot be posted yet; null once all can.</summary>
    async Task<NetworkAnswer?> WaitAsync(NetworkGrant grant, string[] media, CancellationToken cancel)
    {
        foreach (var id in media)
        {
            var reply = await http.GetAsync(
                _addresses.Url("/2/media/upload") + NetworkHttp.Query(("command", "STATUS"), ("media_id", id)), grant.AccessToken, cancel);
            if (!reply.IsSuccess || reply.Read(XJson.Default.XDataXMedia)?.Data is not { } known)
            {
                return reply.Failure<NetworkAnswer>();
            }
            switch (known.ProcessingInfo?.State)
            {
                case "failed":
                    return new(NetworkVerdict.Refused, Message: "X could not process the video or GIF.");
                case "pending" or "in_progress":
                    return NetworkAnswer.NotReady(
                        "", known.ProcessingInfo.CheckAfterSecs is > 0 and var wait ? TimeSpan.FromSeconds(wait) : Poll);
            }
        }
        return null;
    }

    /// <summary>The key of a shown file ends with the id of the uploaded one.</summary>
    static bool Shows(XPost post, string[] media) => post.Attachments?.MediaKeys?.Any(key =>
        Array.Exists(media, id => key == id || key.EndsWith("_" + id, StringComparison.Ordinal))) is true;

    /// <summary>X writes links as t.co and adds one for each file.</summary>
    static bool IsText(XPost post, string text)
    {
        var written = post.Text ?? "";
        foreach (var link in post.Entities?.Urls ?? [])
        {
            written = written.Replace(link.Url ?? "", link.MediaKey is null ? link.ExpandedUrl : "", StringComparison.Ordinal);
        }
        return Plain(written) == Plain(text);

        static string Plain(string text) => string.Join(
            ' ', NetworkText.Words(System.Net.WebUtility.HtmlDecode(text)).Split(' ')
                .Select(word => word.Replace("https://", "", StringComparison.Ordinal).TrimEnd('/')));
    }
}
