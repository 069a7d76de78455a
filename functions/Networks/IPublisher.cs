using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks;

/// <summary>One post to publish on one page.</summary>
/// <param name="Attempt">Identifies this attempt to networks that accept an idempotency key: they publish it only once.</param>
/// <param name="Grant">The page's access to its network; null if its network needs none.</param>
sealed record Publication(Page Page, Post Post, string Attempt, NetworkGrant? Grant)
{
    /// <summary>The post's media, in order.</summary>
    public IReadOnlyList<PublicationFile> Files { get; init; } = [];

    /// <summary>The thumbnail of its video; null if none was given.</summary>
    public PublicationFile? Thumbnail { get; init; }

    /// <summary>What an earlier request prepared on the network, such as a container or an upload, as the client named it.</summary>
    public string? Handle { get; init; }

    /// <summary>When the publishing request was about to be sent; null before.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>
    /// Since when the network can have the post, and a minute more because its clock may differ. Earlier attempts count too.
    /// </summary>
    public DateTimeOffset Since => ((Post.ScheduledAt < SentAt ? Post.ScheduledAt : SentAt) ?? Post.ModifiedAt).AddMinutes(-1);
}

/// <summary>The result of a request to a network.</summary>
enum NetworkVerdict
{
    /// <summary>The network has done it and confirmed it.</summary>
    Done,

    /// <summary>The network has not done it and will not, however often it is retried.</summary>
    Refused,

    /// <summary>It has certainly not been done. A later retry may succeed.</summary>
    NotNow,

    /// <summary>
    /// It has certainly not been done: the network is still preparing it, such as transcoding a video. Go on later with the handle.
    /// </summary>
    NotReady,

    /// <summary>It has certainly not been done, and no request for the page may be sent for a while.</summary>
    RateLimited,

    /// <summary>It has certainly not been done: the network rejects the credentials until the page is connected again.</summary>
    GrantExpired,

    /// <summary>It may or may not have been done: the request was sent, but no clear answer came back.</summary>
    Unknown,
}

/// <summary>A network's answer about a post.</summary>
/// <param name="RemoteId">The post's id on the network.</param>
/// <param name="Link">The post's address on the network.</param>
/// <param name="Message">Why it is not done, for people; never contains credentials or the network's raw answer.</param>
/// <param name="RetryAfter">How long to wait before the next request; null if the network does not say.</param>
sealed record NetworkAnswer(
    NetworkVerdict Verdict, string? RemoteId = null, string? Link = null, string? Message = null, TimeSpan? RetryAfter = null)
    : INetworkAnswer<NetworkAnswer>
{
    /// <summary>What is prepared on the network, to go on with: if the verdict is NotReady, NotNow or RateLimited.</summary>
    public string? Handle { get; init; }

    /// <summary>How many posts the network still takes on the page, if it told; null if not.</summary>
    public PageQuota? Quota { get; init; }

    public static NetworkAnswer Done(string remoteId, string? link) => new(NetworkVerdict.Done, remoteId, link);

    /// <summary>The network is still preparing it.</summary>
    public static NetworkAnswer NotReady(string handle, TimeSpan retryAfter) =>
        new(NetworkVerdict.NotReady, RetryAfter: retryAfter) { Handle = handle };

    public static NetworkAnswer Failed(NetworkVerdict verdict, string? message, TimeSpan? retryAfter) =>
        new(verdict, Message: message, RetryAfter: retryAfter);
}

/// <summary>What all answers of networks have.</summary>
interface INetworkAnswer<TSelf>
{
    NetworkVerdict Verdict { get; }

    static abstract TSelf Failed(NetworkVerdict verdict, string? message, TimeSpan? retryAfter);
}

/// <summary>A value from a network, or why there is none.</summary>
/// <param name="Verdict">Never <see cref="NetworkVerdict.Unknown"/>: a request that changes nothing can be repeated.</param>
/// <param name="Value">Null unless the verdict is Done.</param>
/// <param name="Message">Why there is no value, for people; never contains credentials or the network's raw answer.</param>
/// <param name="RetryAfter">How long to wait before the next request; null if the network does not say.</param>
sealed record NetworkResult<T>(NetworkVerdict Verdict, T? Value = null, string? Message = null, TimeSpan? RetryAfter = null)
    : INetworkAnswer<NetworkResult<T>> where T : class
{
    public static NetworkResult<T> Done(T value) => new(NetworkVerdict.Done, value);

    public static NetworkResult<T> Failed(NetworkVerdict verdict, string? message, TimeSpan? retryAfter) =>
        new(verdict, Message: message, RetryAfter: retryAfter);
}

/// <summary>
/// Stores that the request which makes the post visible is about to be sent. If it throws, that request must not be sent. A later failure
/// without an answer from the network is <see cref="NetworkVerdict.Unknown"/>.
/// </summary>
/// <param name="handle">By which the network can be asked for the outcome; null if there is nothing.</param>
delegate Task Sending(string? handle = null);

/// <summary>
/// Publishes to a social network; registered under the name in Page.Network. Each call is one try: the caller decides whether and when to
/// retry.
/// </summary>
interface IPublisher
{
    /// <summary>
    /// Publishes. Preparation, such as uploading media, comes first and may be repeated. If the publication has a handle, what it names is
    /// prepared already or is being prepared.
    /// </summary>
    /// <param name="sending">Awaited right before the one request that makes the post visible.</param>
    Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel);

    /// <summary>
    /// Asks for the outcome of an attempt: <see cref="NetworkVerdict.Done"/> if it was published; <see cref="NetworkVerdict.Refused"/> only
    /// if it certainly did not arrive and cannot arrive later; <see cref="NetworkVerdict.Unknown"/> if the network cannot say. Any other
    /// verdict is about this request itself.
    /// </summary>
    Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel);

    /// <summary>Posts the first comment under the post.</summary>
    Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel);
}
