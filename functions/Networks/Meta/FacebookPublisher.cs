using Planable.Content.Media;
using Planable.Content.NetworkRules;

namespace Planable.Networks.Meta;

/// <summary>
/// Posts on Facebook pages. A post is made as a draft first, so that publishing it only switches it on: whether that arrived can be asked
/// with certainty. If a page cannot do this, the post is made public at once.
/// </summary>
/// <remarks>Source: developers.facebook.com, "Pages API: Posts", "Page Photos", "Facebook Stories API".</remarks>
sealed class FacebookPublisher(NetworkHttp http, IConfiguration configuration) : IPublisher
{
    readonly NetworkAddresses _addresses = FacebookApi.Addresses(configuration);
    readonly FacebookVideos _videos = new(http, configuration);

    /// <summary>Whether posts are made as drafts first; the setting <c>Networks__facebook__Drafts</c>, true unless it is false.</summary>
    bool HasDrafts => !_addresses.Text("Drafts", "true").Equals("false", StringComparison.OrdinalIgnoreCase);

    public Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel) =>
        publication switch
        {
            // Facebook animates a GIF only as a video.
            { Files: [{ Kind: MediaKind.video }] } or { Files: [{ Kind: MediaKind.gif }], Post.IsStory: false } =>
                _videos.PublishAsync(publication, sending, cancel),
            { Post.IsStory: true } => StoryAsync(publication, sending, cancel),
            _ => PostAsync(publication, sending, cancel),
        };

    public Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        var (grant, handle) = (publication.Grant!, FacebookHandle.Parse(publication.Handle));
        return handle.Item switch
        {
            FacebookItem.Post => FindPostAsync(grant, handle.Id, cancel),
            FacebookItem.Video or FacebookItem.Reel or FacebookItem.VideoStory => _videos.FindAsync(grant, handle, cancel),
            FacebookItem.Photos when publication.Post.IsStory => FindStoryAsync(grant, handle.Id, cancel),
            _ => FindInListAsync(publication, handle, cancel),
        };
    }

    public async Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel)
    {
        if (publication.Post.IsStory)
        {
            return new(NetworkVerdict.Refused, Message: "Facebook takes no comments under stories.");
        }
        var reply = await http.PostFormAsync(
            _addresses.Url($"{remoteId}/comments"), publication.Grant!.AccessToken, [("message", text)], cancel);
        return Made(reply)?.Id is { } id ? NetworkAnswer.Done(id, null)
            : reply.IsGone() ? new(NetworkVerdict.Refused, Message: "Facebook does not have the post any more.")
            : reply.Failure<NetworkAnswer>(FacebookApi.Name, isVisible: true);
    }

    async Task<NetworkAnswer> PostAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        var (grant, handle) = (publication.Grant!, FacebookHandle.Parse(publication.Handle));
        if (handle.Item is FacebookItem.Post)
        {
            var reply = await NodeAsync(grant, handle.Id, "is_published,permalink_url", cancel);
            if (!reply.IsGone())
            {
                return Node(reply)?.IsPublished switch
                {
                    true => NetworkAnswer.Done(handle.Id, FacebookApi.Link(Node(reply)!.PermalinkUrl)),
                    false => await SwitchOnAsync(grant, handle, sending, cancel),
                    null => reply.Failure<NetworkAnswer>(FacebookApi.Name) with { Handle = publication.Handle },
                };
            }
        }
        var isOld = handle.Item is FacebookItem.Photos && await ExistsAsync(grant, handle.Id, cancel);
        var (photos, failure) = isOld ? (handle.Ids, null) : await UploadAsync(publication, cancel);
        if (failure is not null)
        {
            return failure;
        }
        var prepared = photos is { Length: > 0 } ? new FacebookHandle(FacebookItem.Photos, photos) : FacebookHandle.Direct;
        if (HasDrafts && handle.Item is not FacebookItem.Direct)
        {
            var reply = await FeedAsync(publication, photos!, isDraft: true, cancel);
            if (Made(reply)?.Id is { } draft)
            {
                return await SwitchOnAsync(grant, new(FacebookItem.Post, draft), sending, cancel);
            }
            if (reply.Error()?.Code is not FacebookApi.Parameter)
            {
                var refusal = reply.Failure<NetworkAnswer>(FacebookApi.Name);
                return refusal with { Handle = refusal.Verdict is NetworkVerdict.Refused || photos!.Length == 0 ? null : $"{prepared}" };
            }
            if (isOld)
            {
                // Another draft has the photos, whose answer was lost.
                return await PostAsync(publication with { Handle = null }, sending, cancel);
            }
        }
        return await PublishAtOnceAsync(publication, prepared, photos!, sending, cancel);
    }

    /// <summary>Publishes a draft.</summary>
    async Task<NetworkAnswer> SwitchOnAsync(NetworkGrant grant, FacebookHandle draft, Sending sending, CancellationToken cancel)
    {
        await sending($"{draft}");
        var reply = await http.PostFormAsync(_addresses.Url(draft.Id), grant.AccessToken, [("is_published", "true")], cancel);
        if (Made(reply) is { Success: true })
        {
            return NetworkAnswer.Done(draft.Id, await LinkAsync(grant, draft.Id, cancel));
        }
        if (reply.CannotSwitchOn())
        {
            // The next attempt does without a draft.
            await http.SendAsync(NetworkHttp.Request(HttpMethod.Delete, _addresses.Url(draft.Id), grant.AccessToken), cancel);
            return new(NetworkVerdict.NotNow, Message: "Facebook did not publish the draft. It is posted without a draft next.")
            {
                Handle = $"{FacebookHandle.Direct}",
            };
        }
        return reply.Failure<NetworkAnswer>(FacebookApi.Name, isVisible: true) with { Handle = $"{draft}" };
    }

    async Task<NetworkAnswer> PublishAtOnceAsync(
        Publication publication, FacebookHandle prepared, string[] photos, Sending sending, CancellationToken cancel)
    {
        await sending($"{prepared}");
        var reply = await FeedAsync(publication, photos, isDraft: false, cancel);
        if (Made(reply)?.Id is { } id)
        {
            return NetworkAnswer.Done(id, await LinkAsync(publication.Grant!, id, cancel));
        }
        if (reply.Error() is { Code: 506 } or { ErrorSubcode: 1366051 })
        {
            // The answer to an earlier request may have been lost.
            var found = await FindInListAsync(publication, prepared, cancel);
            return found.Verdict is NetworkVerdict.Done ? found
                : new(NetworkVerdict.Unknown, Message: "Facebook says that the page has posted this already.");
        }
        return reply.Failure<NetworkAnswer>(FacebookApi.Name, isVisible: true) with { Handle = $"{prepared}" };
    }

    async Task<NetworkAnswer> StoryAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        var (grant, handle) = (publication.Grant!, FacebookHandle.Parse(publication.Handle));
        if (handle.Item is not FacebookItem.Photos || !await ExistsAsync(grant, handle.Id, cancel))
        {
            var (photos, failure) = await UploadAsync(publication, cancel);
            if (failure is not null)
            {
                return failure;
            }
            handle = new(FacebookItem.Photos, photos!);
        }
        await sending($"{handle}");
        var reply = await http.PostFormAsync(
            _addresses.Url($"{grant.Account}/photo_stories"), grant.AccessToken, [("photo_id", handle.Id)], cancel);
        return Made(reply)?.PostId is { } id ? NetworkAnswer.Done(id, "https://www.facebook.com/stories/" + id)
            : reply.Failure<NetworkAnswer>(FacebookApi.Name, isVisible: true) with { Handle = $"{handle}" };
    }

    /// <summary>Lets Facebook fetch the photos, without showing them.</summary>
    async Task<(string[]? Ids, NetworkAnswer? Failure)> UploadAsync(Publication publication, CancellationToken cancel)
    {
        List<string> ids = [];
        foreach (var file in publication.Files)
        {
            var isTaken = file.ContentType is "image/jpeg" or "image/png" or "image/gif";
            if ((isTaken ? await file.LinkAsync(cancel) : await file.JpegLinkAsync(cancel)) is not { } link)
            {
                return (null, new(NetworkVerdict.Refused, Message: "A picture cannot be converted to JPEG for Facebook."));
            }
            var grant = publication.Grant!;
            var reply = await http.PostFormAsync(
                _addresses.Url($"{grant.Account}/photos"), grant.AccessToken, [("url", link), ("published", "false")], cancel);
            if (Made(reply)?.Id is not { } id)
            {
                return (null, reply.Failure<NetworkAnswer>(FacebookApi.Name));
            }
            ids.Add(id);
        }
        return ([.. ids], null);
    }

    Task<NetworkReply> FeedAsync(Publication publication, string[] photos, bool isDraft, CancellationToken cancel)
    {
        var (grant, text) = (publication.Grant!, publication.Post.Text);
        return http.PostAsync(
            _addresses.Url($"{grant.Account}/feed"), grant.AccessToken,
            NetworkHttp.Json(
                new(text.Length == 0 ? null : text, photos.Length == 0 ? Preview(text) : null,
                    photos.Length == 0 ? null : [.. photos.Select(id => new FacebookPhoto(id))], Published: !isDraft)
                {
                    UnpublishedContentType = isDraft ? "DRAFT" : null,
                }, FacebookJson.Default.FacebookNewPost), cancel);
    }

    /// <summary>The link of the text that is shown with a preview: the first one, but Facebook refuses those to itself.</summary>
    static string? Preview(string text) => Links.In(text) is [var (start, end), ..]
        && Uri.TryCreate(text[start..end], UriKind.Absolute, out var link) && link.Scheme is "http" or "https"
        && !$".{link.Host}".EndsWith(".facebook.com", StringComparison.OrdinalIgnoreCase) ? text[start..end] : null;

    async Task<NetworkAnswer> FindPostAsync(NetworkGrant grant, string id, CancellationToken cancel)
    {
        var reply = await NodeAsync(grant, id, "is_published,permalink_url", cancel);
        return reply.IsGone() ? new(NetworkVerdict.Unknown, Message: "Facebook does not have the post any more.")
            : Node(reply) is not { IsPublished: { } isPublished } node ? reply.Failure<NetworkAnswer>(FacebookApi.Name)
            : isPublished ? NetworkAnswer.Done(id, FacebookApi.Link(node.PermalinkUrl))
            : new(NetworkVerdict.Refused, Message: "The post is still a draft on Facebook.");
    }

    async Task<NetworkAnswer> FindStoryAsync(NetworkGrant grant, string photo, CancellationToken cancel)
    {
        var (story, failure) = await _videos.StoryAsync(grant, photo, cancel);
        return failure ?? (story is { PostId: { } id } ? NetworkAnswer.Done(id, FacebookApi.Link(story.Url))
            // The list may lag.
            : new(NetworkVerdict.Unknown, Message: "The story is not on the page, but Facebook may still have it."));
    }

    /// <summary>Looks for a post that was made public at once: by its photos, which no other post can have, or else by its text.</summary>
    async Task<NetworkAnswer> FindInListAsync(Publication publication, FacebookHandle handle, CancellationToken cancel)
    {
        var (grant, post) = (publication.Grant!, publication.Post);
        var since = publication.Since;
        var reply = await http.GetAsync(
            _addresses.Url($"{grant.Account}/published_posts") + NetworkHttp.Query(
                ("fields", "id,message,created_time,permalink_url,attachments{target{id},subattachments{target{id}}}"),
                ("since", since.ToUnixTimeSeconds().ToString(provider: null)), ("limit", "25")),
            grant.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(FacebookJson.Default.FacebookListFacebookPost)?.Data is not { } posts)
        {
            return reply.Failure<NetworkAnswer>(FacebookApi.Name);
        }
        return Array.Find(posts, one => handle.Item is FacebookItem.Photos ? Targets(one.Attachments).Intersect(handle.Ids).Any()
                : one.Message?.Trim() == post.Text.Trim() && one.CreatedAt >= since) is { Id: { } id } found
            ? NetworkAnswer.Done(id, FacebookApi.Link(found.PermalinkUrl))
            // The list may lag.
            : new(NetworkVerdict.Unknown, Message: "The post is not on the page, but Facebook may still have it.");
    }

    static IEnumerable<string> Targets(FacebookList<FacebookAttachment>? attachments) => (attachments?.Data ?? [])
        .SelectMany(one => Targets(one.Subattachments).Append(one.Target?.Id ?? ""));

    /// <summary>Whether a photo that was prepared earlier is still there. Facebook deletes those that no post has.</summary>
    async Task<bool> ExistsAsync(NetworkGrant grant, string photo, CancellationToken cancel) =>
        !(await NodeAsync(grant, photo, "id", cancel)).IsGone();

    /// <summary>A post's address. The post is published, so that no failure counts here.</summary>
    async Task<string?> LinkAsync(NetworkGrant grant, string id, CancellationToken cancel)
    {
        try
        {
            return FacebookApi.Link(Node(await NodeAsync(grant, id, "permalink_url", cancel))?.PermalinkUrl)
                ?? "https://www.facebook.com/" + id;
        }
        catch (OperationCanceledException)
        {
            return "https://www.facebook.com/" + id;
        }
    }

    Task<NetworkReply> NodeAsync(NetworkGrant grant, string id, string fields, CancellationToken cancel) =>
        http.GetAsync(_addresses.Url(id) + NetworkHttp.Query(("fields", fields)), grant.AccessToken, cancel);

    static FacebookNode? Node(NetworkReply reply) => reply.IsSuccess ? reply.Read(FacebookJson.Default.FacebookNode) : null;

    static FacebookMade? Made(NetworkReply reply) => reply.IsSuccess ? reply.Read(FacebookJson.Default.FacebookMade) : null;
}
