using Planable.Content.Media;

namespace Planable.Networks.Google;

/// <summary>
/// Posts on Google Business Profile. Google has no key that would make a repeat harmless, so an attempt without an answer is looked for
/// among the profile's posts. There is no handle: Google fetches the picture by itself.
/// </summary>
/// <remarks>Source: developers.google.com/my-business/reference/rest/v4/accounts.locations.localPosts.</remarks>
sealed class BusinessPublisher(NetworkHttp http, IConfiguration configuration) : IPublisher
{
    readonly NetworkAddresses _addresses = BusinessApi.Addresses(configuration);

    public async Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel)
    {
        var grant = publication.Grant!;
        if (publication.Files.Count > 1 || publication.Files.Any(file => file.Kind is MediaKind.video))
        {
            return new(NetworkVerdict.Refused, Message: "Google Business Profile takes one picture, and no videos in posts.");
        }
        BusinessMedia[]? media = null;
        if (publication.Files is [var file])
        {
            if ((file.ContentType is "image/png" ? await file.LinkAsync(cancel) : await file.JpegLinkAsync(cancel)) is not { } link)
            {
                return new(NetworkVerdict.Refused, Message: "The picture cannot be converted for Google Business Profile.");
            }
            media = [new("PHOTO", link)];
        }
        var text = publication.Post.Text;
        await sending();
        var reply = await http.PostAsync(
            _addresses.PostsUrl(grant.Account), grant.AccessToken,
            NetworkHttp.Json(
                new(Summary: string.IsNullOrWhiteSpace(text) ? null : text, TopicType: "STANDARD", Media: media),
                BusinessJson.Default.BusinessPost),
            cancel);
        return reply.IsSuccess && reply.Read(BusinessJson.Default.BusinessPost) is { Name.Length: > 0 } post
            ? await AnswerAsync(grant, post, cancel) : reply.Failure<NetworkAnswer>(BusinessApi.Name, isVisible: true);
    }

    public async Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        var (grant, post) = (publication.Grant!, publication.Post);
        var (posts, last) = await http.PostsAsync(_addresses, grant, publication.Since, most: 3, cancel);
        if (posts is null)
        {
            return last.Failure<NetworkAnswer>(BusinessApi.Name);
        }
        return Array.Find(posts, one => one.Name is { Length: > 0 } && NetworkText.IsSame(one.Summary, post.Text)) is { } found
            ? await AnswerAsync(grant, found, cancel)
            : new(NetworkVerdict.Unknown, Message: "The post is not among the profile's posts, but Google may still have it.");
    }

    public Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel) =>
        Task.FromResult(new NetworkAnswer(NetworkVerdict.Refused, Message: "Google Business Profile has no comments."));

    /// <summary>Nobody sees a post that Google rejects. It is deleted, so that it does not stay among the profile's posts.</summary>
    async Task<NetworkAnswer> AnswerAsync(NetworkGrant grant, BusinessPost post, CancellationToken cancel)
    {
        if (post.State != "REJECTED")
        {
            return NetworkAnswer.Done(post.Name!, post.SearchUrl);
        }
        // Whether it is deleted or not: it was not published.
        await http.SendAsync(NetworkHttp.Request(HttpMethod.Delete, _addresses.PostUrl(post.Name!), grant.AccessToken), cancel);
        return new(NetworkVerdict.Refused, Message: "Google Business Profile rejected the post for its rules.");
    }
}
