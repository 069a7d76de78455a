using Planable.Content.Media;

namespace Planable.Networks.LinkedIn;

/// <summary>
/// Posts on pages of organizations. The handle is the URNs of the uploaded media, separated by commas: a post that shows them is ours.
/// LinkedIn refuses a text that the page has posted shortly before, and names that post.
/// </summary>
/// <remarks>Source: learn.microsoft.com/linkedin, "Posts API", "MultiImage API", "Comments API".</remarks>
sealed class LinkedInPublisher : IPublisher
{
    /// <summary>The most pictures of a post.</summary>
    const int MostPictures = 20;

    readonly LinkedInApi _api;
    readonly LinkedInUploads _uploads;

    public LinkedInPublisher(NetworkHttp http, IConfiguration configuration, ILogger<LinkedInPublisher> log)
    {
        _api = new(http, configuration, log);
        _uploads = new(_api);
    }

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        var (grant, files) = (publication.Grant!, publication.Files);
        if (files.Count > MostPictures || (files.Count > 1 && files.Any(file => file.Kind is MediaKind.video)))
        {
            return new(NetworkVerdict.Refused, Message: $"LinkedIn takes one video or up to {MostPictures} pictures.");
        }
        var media = publication.Handle?.Split(',') ?? [];
        var unready = media.Length == files.Count ? await _uploads.WaitAsync(grant, media, cancel) : LinkedInUploads.Missing;
        if (ReferenceEquals(unready, LinkedInUploads.Missing))
        {
            var (uploaded, failure) = await _uploads.UploadAsync(publication, cancel);
            if (failure is not null)
            {
                return failure;
            }
            media = uploaded!;
            unready = await _uploads.WaitAsync(grant, media, cancel);
        }
        var handle = media.Length == 0 ? null : string.Join(',', media);
        if (unready is not null)
        {
            return unready with { Handle = unready.Verdict is NetworkVerdict.Refused ? null : handle };
        }
        await sending(handle);
        var reply = await _api.PostAsync(
            "/posts", grant.AccessToken, NetworkHttp.Json(New(publication, media), LinkedInJson.Default.LinkedInNewPost), cancel);
        if (reply.IsDuplicate(out var original))
        {
            return await OriginalAsync(publication with { Handle = handle }, original, cancel);
        }
        return reply.IsSuccess && Id(reply) is { } id ? NetworkAnswer.Done(id, Link(id))
            : reply.Failure<NetworkAnswer>(isVisible: true) with { Handle = handle };
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        var grant = publication.Grant!;
        var reply = await _api.FindAsync(
            $"/posts?author={Uri.EscapeDataString(grant.Account)}&q=author&count=50&sortBy=CREATED", grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(LinkedInJson.Default.LinkedInListLinkedInPost) is not { } list)
        {
            return reply.Failure<NetworkAnswer>();
        }
        var found = Array.Find(list.Elements ?? [], one => publication.Handle is not null ? Shows(one, publication)
            : IsSince(one, publication) && LinkedInText.IsSame(one.Commentary ?? "", publication.Post.Text));
        return found is { Id: { } id } ? NetworkAnswer.Done(id, Link(id))
            // The list lags by seconds to minutes.
            : new(NetworkVerdict.Unknown, Message: "The post is not in the page's list yet, but LinkedIn may still have it.");
    }

    public async Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel)
    {
        var grant = publication.Grant!;
        var reply = await _api.PostAsync(
            $"/socialActions/{Uri.EscapeDataString(remoteId)}/comments", grant.AccessToken,
            NetworkHttp.Json(new(grant.Account, remoteId, new(text)), LinkedInJson.Default.LinkedInNewComment), cancel);
        var comment = reply.Read(LinkedInJson.Default.LinkedInComment);
        if (reply.IsSuccess && (comment?.CommentUrn ?? Id(reply) ?? comment?.Object) is { } id)
        {
            return NetworkAnswer.Done(id, Link(remoteId));
        }
        return reply.Status is 400 or 404 && reply.Body.Contains("obtain activity", StringComparison.OrdinalIgnoreCase)
            ? new(NetworkVerdict.NotNow, Message: "LinkedIn does not take comments on the post yet, because it is so new.")
            : reply.Failure<NetworkAnswer>(isVisible: true);
    }

    /// <summary>What LinkedIn took this post for a copy of: an earlier request for it whose answer was lost, or another post.</summary>
    async Task<NetworkAnswer> OriginalAsync(Publication publication, string? original, CancellationToken cancel)
    {
        var unknown = new NetworkAnswer(
            NetworkVerdict.Unknown, Message: "LinkedIn says that the page has posted this already, but does not show where.")
        { Handle = publication.Handle };
        if (original is null)
        {
            var found = await FindAsync(publication, cancel);
            return found.Verdict is NetworkVerdict.Done or NetworkVerdict.GrantExpired ? found : unknown;
        }
        var reply = await _api.GetAsync("/posts/" + Uri.EscapeDataString(original), publication.Grant!.AccessToken, cancel);
        return reply.Status == 401 ? reply.Failure<NetworkAnswer>()
            // It may be a post that does not exist: such answers have been seen.
            : !reply.IsSuccess || reply.Read(LinkedInJson.Default.LinkedInPost) is not { } post ? unknown
            : Shows(post, publication) || IsSince(post, publication) ? NetworkAnswer.Done(original, Link(original))
            : new(NetworkVerdict.Refused, Message: "LinkedIn does not take it, because the page has posted the same a short time ago.");
    }

    static LinkedInNewPost New(Publication publication, string[] media) => new(
        publication.Grant!.Account, LinkedInText.Little(publication.Post.Text),
        media switch
        {
            [] => null,
            [var one] => new(
                new(one, publication.Files[0].Kind is MediaKind.video ? NotEmpty(publication.Post.LinkedinVideoTitle) : null), null),
            _ => new(null, new([.. media.Select(one => new LinkedInMedia(one))])),
        },
        new([], []));

    static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>Whether a post shows what was uploaded for this one.</summary>
    static bool Shows(LinkedInPost post, Publication publication) => publication.Handle?.Split(',') is { } media
        && (post.Content?.MultiImage?.Images ?? []).Append(post.Content?.Media).Any(one => media.Contains(one?.Id, StringComparer.Ordinal));

    /// <summary>Whether a post is so new that it can be this one; an earlier attempt counts too.</summary>
    static bool IsSince(LinkedInPost post, Publication publication)
    {
        var planned = publication.Post.ScheduledAt;
        var since = (planned < publication.SentAt ? planned : publication.SentAt ?? planned) ?? publication.Post.CreatedAt;
        return (post.CreatedAt ?? post.PublishedAt) >= since.AddMinutes(-1).ToUnixTimeMilliseconds();
    }

    /// <summary>The URN of what was created, which is in a header; the body is empty.</summary>
    static string? Id(NetworkReply reply) =>
        reply.Header("x-restli-id") is { Length: > 0 } id ? Uri.UnescapeDataString(id) : null;

    static string Link(string urn) => "https://www.linkedin.com/feed/update/" + urn;
}
