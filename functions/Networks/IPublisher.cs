using Planable.Content.Pages;
using Planable.Content.Posts;

namespace Planable.Networks;

/// <summary>One post on one page, on its way to the network.</summary>
/// <param name="Attempt">Names this attempt to the network, where it takes such a name: what it has accepted by it once it does not accept
/// again.</param>
/// <param name="Credentials">What the page was connected with; null where its network needs none.</param>
sealed record Publication(Page Page, Post Post, string Attempt, string? Credentials);

/// <summary>What came of asking a network for something.</summary>
enum NetworkVerdict
{
    /// <summary>The network has done it and says so.</summary>
    Done,

    /// <summary>The network has not done it and will not, however often it is asked.</summary>
    Refused,

    /// <summary>It has certainly not been done; asked again later it may be.</summary>
    NotNow,

    /// <summary>It has certainly not been done, and the page may be asked for nothing more before a while has passed.</summary>
    RateLimited,

    /// <summary>It has certainly not been done: the network does not let us in any more until the page is connected anew.</summary>
    GrantExpired,

    /// <summary>It may have been done or not: the request went out, and no answer that tells came back.</summary>
    Unknown,
}

/// <summary>What a network made of a publication.</summary>
/// <param name="RemoteId">How the network names the post.</param>
/// <param name="Link">Where people see it there.</param>
/// <param name="Message">Why it is not done, for people; never credentials, never the network's answer as it came.</param>
/// <param name="RetryAfter">How long the network wants to be left alone.</param>
sealed record NetworkAnswer(
    NetworkVerdict Verdict, string? RemoteId = null, string? Link = null, string? Message = null, TimeSpan? RetryAfter = null)
{
    public static NetworkAnswer Done(string remoteId, string? link) => new(NetworkVerdict.Done, remoteId, link);
}

/// <summary>
/// A social network, as far as publishing goes; registered under the name that pages have for it. Each call is one try: when to try again,
/// and whether, is decided by who calls.
/// </summary>
interface IPublisher
{
    /// <summary>Publishes. What must be done before, such as handing over media, comes first and may be done again.</summary>
    /// <param name="sending">
    /// Awaited right before the one request that makes the post visible; where it throws, that request is not made. Whatever fails later
    /// without an answer of the network's is <see cref="NetworkVerdict.Unknown"/>.
    /// </param>
    Task<NetworkAnswer> PublishAsync(Publication publication, Func<Task> sending, CancellationToken cancel);

    /// <summary>
    /// What became of an attempt whose outcome is not known: done; <see cref="NetworkVerdict.Refused"/> only where it is certain that it
    /// never arrived and cannot any more; <see cref="NetworkVerdict.Unknown"/> where the network cannot tell. Any other verdict is about
    /// the question.
    /// </summary>
    Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel);

    /// <summary>Says the post's first comment under it.</summary>
    Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel);
}
