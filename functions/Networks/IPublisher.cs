using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks;

/// <summary>One post to publish on one page.</summary>
/// <param name="Attempt">Identifies this attempt to networks that accept an idempotency key: they publish it only once.</param>
/// <param name="Credentials">The page's credentials; null if its network needs none.</param>
sealed record Publication(Page Page, Post Post, string Attempt, string? Credentials);

/// <summary>The result of a request to a network.</summary>
enum NetworkVerdict
{
    /// <summary>The network has done it and confirmed it.</summary>
    Done,

    /// <summary>The network has not done it and will not, however often it is retried.</summary>
    Refused,

    /// <summary>It has certainly not been done. A later retry may succeed.</summary>
    NotNow,

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
{
    public static NetworkAnswer Done(string remoteId, string? link) => new(NetworkVerdict.Done, remoteId, link);
}

/// <summary>
/// Publishes to a social network; registered under the name in Page.Network. Each call is one try: the caller decides whether and when to
/// retry.
/// </summary>
interface IPublisher
{
    /// <summary>Publishes. Preparation, such as uploading media, comes first and may be repeated.</summary>
    /// <param name="sending">
    /// Awaited right before the one request that makes the post visible; if it throws, that request is not sent. A later failure without an
    /// answer from the network is <see cref="NetworkVerdict.Unknown"/>.
    /// </param>
    Task<NetworkAnswer> PublishAsync(Publication publication, Func<Task> sending, CancellationToken cancel);

    /// <summary>
    /// Asks for the outcome of an attempt: <see cref="NetworkVerdict.Done"/> if it was published; <see cref="NetworkVerdict.Refused"/> only
    /// if it certainly did not arrive and cannot arrive later; <see cref="NetworkVerdict.Unknown"/> if the network cannot say. Any other
    /// verdict is about this request itself.
    /// </summary>
    Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel);

    /// <summary>Posts the first comment under the post.</summary>
    Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel);
}
