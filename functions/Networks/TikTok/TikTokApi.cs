using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Planable.Networks.TikTok;

/// <summary>
/// TikTok's API for content and display: where it is, what it answers, and what its errors mean. An answer with the status 200 can be an
/// error too.
/// </summary>
/// <remarks>Source: developers.tiktok.com, "Content Posting API", "Display API", "Error handling".</remarks>
static class TikTokApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "tiktok", Name = "TikTok";

    /// <summary>What the code of an answer without an error is.</summary>
    const string Ok = "ok";

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Day = TimeSpan.FromDays(1);

    /// <param name="Code">The code of an error, or the reason for which publishing failed.</param>
    /// <param name="Words">For people, about TikTok.</param>
    sealed record Meaning(string Code, NetworkVerdict Verdict, string Words, TimeSpan? Wait = null);

    static readonly Meaning[] All =
    [
        new("access_token_invalid", NetworkVerdict.GrantExpired, "no longer accepts the page's access."),
        new("scope_not_authorized", NetworkVerdict.GrantExpired, "lacks a permission for this. Connect the page again and permit all."),
        new("scope_permission_missed", NetworkVerdict.GrantExpired, "lacks a permission for this. Connect the page again and permit all."),
        new("auth_removed", NetworkVerdict.GrantExpired, "no longer accepts the page's access: the account has withdrawn it."),
        new("rate_limit_exceeded", NetworkVerdict.RateLimited, "accepts no more requests of this account for now.", Minute),
        new("spam_risk_too_many_posts", NetworkVerdict.RateLimited, "allows no more posts of this account by apps today.", Day),
        new("spam_risk_too_many_pending_share", NetworkVerdict.RateLimited, "has too many unfinished posts of this account.", Day),
        new("reached_active_user_cap", NetworkVerdict.RateLimited, "allows the app to post for no more accounts today.", Day),
        new("spam_risk_user_banned_from_posting", NetworkVerdict.Refused, "has banned the account from posting."),
        new("spam_risk_text", NetworkVerdict.Refused, "takes the text for spam."),
        new("spam_risk", NetworkVerdict.Refused, "takes the post for spam."),
        new("unaudited_client_can_only_post_to_private_accounts", NetworkVerdict.Refused,
            "has not audited the app yet. Until then it can post on private accounts only."),
        new("url_ownership_unverified", NetworkVerdict.Refused,
            "does not fetch pictures from this app's storage. The app's operator must verify its address at TikTok."),
        new("privacy_level_option_mismatch", NetworkVerdict.Refused, "does not allow the account to post for this audience."),
        new("invalid_params", NetworkVerdict.Refused, "does not accept the post as it is."),
        new("invalid_param", NetworkVerdict.Refused, "does not accept the post as it is."),
        new("file_format_check_failed", NetworkVerdict.Refused, "does not take a file of this format."),
        new("duration_check_failed", NetworkVerdict.Refused, "does not take a video of this length."),
        new("frame_rate_check_failed", NetworkVerdict.Refused, "does not take a video with this frame rate."),
        new("picture_size_check_failed", NetworkVerdict.Refused, "does not take a picture or video of this size."),
        new("publish_cancelled", NetworkVerdict.Refused, "has cancelled the post."),
        new("video_pull_failed", NetworkVerdict.NotNow, "could not fetch the video."),
        new("photo_pull_failed", NetworkVerdict.NotNow, "could not fetch a picture."),
        new("internal", NetworkVerdict.NotNow, "had a fault of its own."),
    ];

    public static NetworkAddresses Addresses(IConfiguration configuration) => new(configuration, Network, "tiktokapis.com", "tiktok.com");

    /// <summary>Where the API is; the setting <c>Networks__tiktok__Api</c>.</summary>
    public static string Url(this NetworkAddresses addresses, string path) => addresses.Of("Api", "https://open.tiktokapis.com") + path;

    /// <summary>What an answer brings; null if it is an error or cannot be read.</summary>
    public static T? Data<T>(this NetworkReply reply, JsonTypeInfo<TikTokReply<T>> type) where T : class =>
        reply.IsSuccess && reply.Read(type) is { Error: null or { Code: Ok } } answer ? answer.Data : null;

    /// <summary>What a failure means, as an answer.</summary>
    /// <param name="isVisible">Whether the request makes a post visible.</param>
    public static T Failure<T>(this NetworkReply reply, bool isVisible = false) where T : INetworkAnswer<T>
    {
        var code = reply.Read(TikTokJson.Default.TikTokFailure)?.Error?.Code;
        return Find(code) is { } meaning ? T.Failed(meaning.Verdict, $"{Name} {meaning.Words}", reply.RetryAfter ?? meaning.Wait)
            : code is "internal_error" ? T.Failed(
                isVisible ? NetworkVerdict.Unknown : NetworkVerdict.NotNow, $"{Name} had a fault of its own.", reply.RetryAfter)
            : reply.IsSuccess && code is { Length: > 0 } and not Ok ? T.Failed(NetworkVerdict.Refused, $"{Name} refused it.", null)
            : T.Failed(reply.Verdict(isVisible), reply.Words(Name), reply.RetryAfter);
    }

    /// <summary>What the reason means for which publishing failed.</summary>
    public static NetworkAnswer Failed(string? reason) => Find(reason) is { } meaning
        ? NetworkAnswer.Failed(meaning.Verdict, $"{Name} {meaning.Words}", meaning.Wait)
        : new(NetworkVerdict.Refused, Message: $"{Name} did not publish the post and does not say why.");

    /// <summary>Asks what became of a post.</summary>
    public static Task<NetworkReply> StatusAsync(
        this NetworkHttp http, NetworkAddresses addresses, NetworkGrant grant, string publishId, CancellationToken cancel) =>
        http.PostAsync(
            addresses.Url("/v2/post/publish/status/fetch/"), grant.AccessToken,
            NetworkHttp.Json(new(publishId), TikTokJson.Default.TikTokQuestion), cancel);

    static Meaning? Find(string? code) => Array.Find(All, one => one.Code == code);
}

sealed record TikTokFailure(TikTokError? Error);

sealed record TikTokError(string? Code);

/// <param name="Error">Its code is "ok" if there is none.</param>
sealed record TikTokReply<T>(T? Data, TikTokError? Error) where T : class;

/// <param name="MaxVideoPostDurationSec">The longest video that the account may post.</param>
sealed record TikTokCreator(
    string? CreatorUsername, string[]? PrivacyLevelOptions, bool CommentDisabled, bool DuetDisabled, bool StitchDisabled,
    double? MaxVideoPostDurationSec);

/// <param name="Title">A video's caption.</param>
/// <param name="Description">The caption of pictures.</param>
sealed record TikTokPostInfo(
    string PrivacyLevel, bool DisableComment, string? Title = null, string? Description = null, bool? DisableDuet = null,
    bool? DisableStitch = null, bool BrandContentToggle = false, bool BrandOrganicToggle = false);

sealed record TikTokNewVideo(TikTokPostInfo PostInfo, TikTokUpload SourceInfo);

/// <param name="ChunkSize">In bytes; the last part is as long as what is left.</param>
sealed record TikTokUpload(string Source, long VideoSize, long ChunkSize, int TotalChunkCount);

sealed record TikTokNewPhotos(TikTokPostInfo PostInfo, TikTokPhotos SourceInfo, string PostMode, string MediaType);

sealed record TikTokPhotos(string Source, string[] PhotoImages, int PhotoCoverIndex);

/// <param name="UploadUrl">Null unless the post is uploaded.</param>
sealed record TikTokBegun(string? PublishId, string? UploadUrl);

sealed record TikTokQuestion(string PublishId);

/// <param name="PublicalyAvailablePostId">The post's id, once it is moderated and if it is public. The spelling is TikTok's.</param>
sealed record TikTokStatus(string? Status, string? FailReason, long[]? PublicalyAvailablePostId, long? UploadedBytes);

sealed record TikTokListQuery(int MaxCount);

sealed record TikTokVideoQuery(TikTokVideoFilter Filters);

sealed record TikTokVideoFilter(string[] VideoIds);

sealed record TikTokVideos(TikTokVideo[]? Videos);

/// <param name="CreateTime">In seconds since 1970.</param>
sealed record TikTokVideo(
    string? Id, string? Title, string? VideoDescription, long? CreateTime, long? ViewCount, long? LikeCount, long? CommentCount,
    long? ShareCount);

sealed record TikTokUserData(TikTokUser? User);

sealed record TikTokUser(string? OpenId, string? DisplayName, string? Username, long? FollowerCount, long? VideoCount);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(TikTokFailure))]
[JsonSerializable(typeof(TikTokReply<TikTokCreator>))]
[JsonSerializable(typeof(TikTokReply<TikTokBegun>))]
[JsonSerializable(typeof(TikTokReply<TikTokStatus>))]
[JsonSerializable(typeof(TikTokReply<TikTokVideos>))]
[JsonSerializable(typeof(TikTokReply<TikTokUserData>))]
[JsonSerializable(typeof(TikTokNewVideo))]
[JsonSerializable(typeof(TikTokNewPhotos))]
[JsonSerializable(typeof(TikTokQuestion))]
[JsonSerializable(typeof(TikTokListQuery))]
[JsonSerializable(typeof(TikTokVideoQuery))]
sealed partial class TikTokJson : JsonSerializerContext;
