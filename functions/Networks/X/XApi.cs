using System.Text.Json.Serialization;

namespace Planable.Networks.X;

/// <summary>X's API of version 2: where it is, what it answers, and what its errors mean.</summary>
/// <remarks>Source: docs.x.com, "X API v2".</remarks>
static class XApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "twitter", Name = "X";

    public static NetworkAddresses Addresses(IConfiguration configuration) => new(configuration, Network, "x.com", "twitter.com");

    /// <summary>Where the API is; the setting <c>Networks__twitter__Api</c>.</summary>
    public static string Url(this NetworkAddresses addresses, string path) => addresses.Of("Api", "https://api.x.com") + path;

    /// <summary>Whether X refused a text that the account has posted already.</summary>
    public static bool IsDuplicate(this NetworkReply reply) =>
        reply.Status == 403 && reply.Body.Contains("duplicate", StringComparison.OrdinalIgnoreCase);

    /// <summary>What a failure means, as an answer.</summary>
    /// <param name="isVisible">Whether the request makes a post visible.</param>
    public static T Failure<T>(this NetworkReply reply, bool isVisible = false) where T : INetworkAnswer<T>
    {
        var error = reply.Read(XJson.Default.XError);
        var (type, text) = (error?.Type ?? "", $"{error?.Title} {error?.Detail} {error?.Errors?.FirstOrDefault()?.Message}");
        return reply switch
        {
            // The operator's account has no credits left, or has used its posts of the month.
            { Status: 402 } => T.Failed(NetworkVerdict.RateLimited, "The app's account on X has no credits left.", Day),
            _ when type.EndsWith("/usage-capped", StringComparison.Ordinal) =>
                T.Failed(NetworkVerdict.RateLimited, "The app has used all the requests that its plan on X has.", Day),
            { Status: 429 } => T.Failed(
                NetworkVerdict.RateLimited, "X accepts no more requests of this account for now.", reply.Until("x-rate-limit-reset")),
            { Status: 403 } when Says("suspended") => T.Failed(NetworkVerdict.Refused, "X has suspended the account.", null),
            { Status: 403 } when Says("reply") || Says("replies") =>
                T.Failed(NetworkVerdict.Refused, "X does not allow this reply by an app.", null),
            { Status: 403 } => T.Failed(NetworkVerdict.Refused, "X does not permit the app to do this with the account.", null),
            { Status: 400 } when Says("media") => T.Failed(NetworkVerdict.Refused, "X does not accept a file of the post.", null),
            { Status: 400 } => T.Failed(NetworkVerdict.Refused, "X does not accept the post as it is.", null),
            _ => T.Failed(reply.Verdict(isVisible), reply.Words(Name), reply.RetryAfter),
        };

        bool Says(string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    static readonly TimeSpan Day = TimeSpan.FromDays(1);
}

sealed record XError(string? Title, string? Detail, string? Type, XErrorItem[]? Errors);

sealed record XErrorItem(string? Message, string? Title);

/// <param name="Data">Null if there is none.</param>
sealed record XData<T>(T? Data) where T : class;

/// <param name="ProcessingInfo">Null once it can be used.</param>
sealed record XMedia(string? Id, XProcessing? ProcessingInfo);

/// <param name="State">pending, in_progress, succeeded or failed.</param>
sealed record XProcessing(string? State, int? CheckAfterSecs);

sealed record XNewMedia(string MediaType, long TotalBytes, string MediaCategory);

sealed record XNewPost(string Text, XPostMedia? Media = null, XReply? Reply = null);

sealed record XPostMedia(string[] MediaIds);

sealed record XReply(string InReplyToTweetId);

sealed record XPost(
    string? Id, string? Text, DateTimeOffset? CreatedAt, XEntities? Entities, XAttachments? Attachments, XCounts? PublicMetrics,
    XCounts? NonPublicMetrics);

sealed record XEntities(XLink[]? Urls);

sealed record XLink(string? Url, string? ExpandedUrl, string? MediaKey);

sealed record XAttachments(string[]? MediaKeys);

sealed record XCounts(
    long? ImpressionCount, long? LikeCount, long? ReplyCount, long? RetweetCount, long? QuoteCount, long? BookmarkCount, long? Engagements);

sealed record XUser(string? Id, string? Name, string? Username);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(XError))]
[JsonSerializable(typeof(XData<XMedia>))]
[JsonSerializable(typeof(XData<XPost>))]
[JsonSerializable(typeof(XData<XPost[]>))]
[JsonSerializable(typeof(XData<XUser>))]
[JsonSerializable(typeof(XNewMedia))]
[JsonSerializable(typeof(XNewPost))]
sealed partial class XJson : JsonSerializerContext;
