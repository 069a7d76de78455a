using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Networks.Meta;

/// <summary>The Graph API of Facebook pages: where it is and what it answers.</summary>
/// <remarks>Source: developers.facebook.com, "Pages API", "Graph API".</remarks>
static class FacebookApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "facebook", Name = "Facebook";

    /// <summary>The error of a parameter, and its subcode if what the address names does not exist or is not shown to the app.</summary>
    public const int Parameter = 100, Gone = 33;

    public static NetworkAddresses Addresses(IConfiguration configuration) => new(configuration, Network, "facebook.com");

    /// <summary>An address of the API; the settings <c>Networks__facebook__Api</c> and <c>__Version</c>.</summary>
    public static string Url(this NetworkAddresses addresses, string path) =>
        $"{addresses.Of("Api", "https://graph.facebook.com")}/{addresses.Version()}/{path}";

    /// <summary>The dialog in which people sign in; the setting <c>Networks__facebook__SignIn</c>.</summary>
    public static string DialogUrl(this NetworkAddresses addresses) =>
        $"{addresses.Of("SignIn", "https://www.facebook.com")}/{addresses.Version()}/dialog/oauth";

    static string Version(this NetworkAddresses addresses) => addresses.Text("Version", "v25.0");

    /// <summary>
    /// Whether the app may prepare something but not publish it then: Facebook says so by a missing permission, or that the request does
    /// not exist for it.
    /// </summary>
    public static bool CannotSwitchOn(this NetworkReply reply) =>
        reply.Error() is { Code: 3 or 10 or Parameter or (>= 200 and < 300), ErrorSubcode: 0 or Gone };

    /// <summary>An address as people can open it. Those of videos begin with a slash.</summary>
    public static string? Link(string? permalink) =>
        permalink is ['/', ..] ? "https://www.facebook.com" + permalink : permalink is { Length: > 0 } ? permalink : null;

    /// <summary>A date of the Graph API, such as 2026-11-02T08:00:00+0000.</summary>
    public static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

/// <summary>What is prepared on Facebook, and thereby how it is published.</summary>
enum FacebookItem
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>A post that is a draft until it is published.</summary>
    Post,

    /// <summary>Photos that are not shown until a post or a story has them.</summary>
    Photos,

    /// <summary>Nothing, and the app cannot publish what it prepares: the post is made public at once.</summary>
    Direct,

    Video,

    Reel,

    VideoStory,
}

/// <summary>What is prepared, as a handle such as <c>Photos:12,13</c>.</summary>
sealed record FacebookHandle(FacebookItem Item, params string[] Ids)
{
    public static readonly FacebookHandle Direct = new(FacebookItem.Direct, "");

    public string Id => Ids[0];

    public static FacebookHandle Parse(string? text) =>
        text?.Split(':', 2) is [var item, var ids] && Enum.TryParse<FacebookItem>(item, out var known) && Enum.IsDefined(known)
            && (ids.Length > 0 || known is FacebookItem.Direct) ? new(known, ids.Split(',')) : new(FacebookItem.None);

    public override string ToString() => $"{Item}:{string.Join(',', Ids)}";
}

/// <summary>An answer to something new.</summary>
sealed record FacebookMade(string? Id, string? VideoId, string? UploadUrl, string? PostId, bool Success);

sealed record FacebookNewPost(string? Message, string? Link, FacebookPhoto[]? AttachedMedia, bool Published)
{
    public string? UnpublishedContentType { get; init; }
}

sealed record FacebookPhoto(string MediaFbid);

/// <summary>A post, a photo or a video; what it does not have is null.</summary>
sealed record FacebookNode(
    string? Id, bool? IsPublished, bool? Published, string? PermalinkUrl, string? PostId, FacebookStatus? Status,
    FacebookCount? Shares, FacebookConnection? Likes, FacebookConnection? Reactions, FacebookConnection? Comments);

/// <param name="VideoStatus">uploading, processing, upload_complete, ready, error or expired.</param>
sealed record FacebookStatus(string? VideoStatus, FacebookPhase? PublishingPhase);

/// <param name="Status">not_started, in_progress, complete or error.</param>
sealed record FacebookPhase(string? Status);

sealed record FacebookCount(long? Count);

sealed record FacebookConnection(FacebookSummary? Summary);

sealed record FacebookSummary(long? TotalCount);

sealed record FacebookList<T>(T[]? Data, FacebookPaging? Paging) where T : class;

/// <param name="Next">The address of the next part; null if this is the last.</param>
sealed record FacebookPaging(string? Next);

sealed record FacebookPost(
    string? Id, string? Message, string? CreatedTime, string? PermalinkUrl, FacebookList<FacebookAttachment>? Attachments,
    FacebookConnection? Reactions)
{
    public DateTimeOffset? CreatedAt => FacebookApi.Date(CreatedTime);
}

sealed record FacebookAttachment(FacebookTarget? Target, FacebookList<FacebookAttachment>? Subattachments);

sealed record FacebookTarget(string? Id);

sealed record FacebookStory(string? PostId, string? MediaId, string? Url);

sealed record FacebookPermission(string? Permission, string? Status);

sealed record FacebookAccount(string? Id, string? Name, string? Username, string? AccessToken, string? Link, string[]? Tasks)
{
    public override string ToString() => $"page {Id}";
}

sealed record FacebookInsight(string? Name, FacebookValue[]? Values);

/// <param name="Value">A number, or an object of numbers by kind.</param>
/// <param name="IsFromAds">If it was asked for; 0 or 1.</param>
sealed record FacebookValue(JsonElement? Value, string? EndTime, JsonElement? IsFromAds);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(FacebookMade))]
[JsonSerializable(typeof(FacebookNewPost))]
[JsonSerializable(typeof(FacebookNode))]
[JsonSerializable(typeof(FacebookList<FacebookPost>))]
[JsonSerializable(typeof(FacebookList<FacebookStory>))]
[JsonSerializable(typeof(FacebookList<FacebookPermission>))]
[JsonSerializable(typeof(FacebookList<FacebookAccount>))]
[JsonSerializable(typeof(FacebookList<FacebookTarget>))]
[JsonSerializable(typeof(FacebookList<FacebookInsight>))]
sealed partial class FacebookJson : JsonSerializerContext;
