using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Networks.Google;

/// <summary>YouTube's Data and Analytics APIs: where they are and what they answer.</summary>
/// <remarks>Source: developers.google.com/youtube/v3/docs, developers.google.com/youtube/analytics.</remarks>
static class YouTubeApi
{
    /// <summary>The name in Page.Network, and the one for people.</summary>
    public const string Network = "youtube", Name = "YouTube";

    public static NetworkAddresses Addresses(IConfiguration configuration) => new(configuration, Network, "googleapis.com");

    /// <summary>Where the Data API is; the setting <c>Networks__youtube__Api</c>.</summary>
    public static string Url(this NetworkAddresses addresses, string path) =>
        addresses.Of("Api", "https://www.googleapis.com") + "/youtube/v3" + path;

    /// <summary>Where files are uploaded to, on the same host.</summary>
    public static string UploadUrl(this NetworkAddresses addresses, string path) =>
        addresses.Of("Api", "https://www.googleapis.com") + "/upload/youtube/v3" + path;

    /// <summary>Where reports are; the setting <c>Networks__youtube__Analytics</c>.</summary>
    public static string ReportsUrl(this NetworkAddresses addresses) =>
        addresses.Of("Analytics", "https://youtubeanalytics.googleapis.com") + "/v2/reports";

    public static string Link(string video) => "https://www.youtube.com/watch?v=" + video;
}

/// <param name="Items">Null or empty if there are none.</param>
sealed record YouTubeList<T>(T[]? Items);

sealed record YouTubeChannel(string? Id, YouTubeChannelSnippet? Snippet, YouTubeStatistics? Statistics);

sealed record YouTubeChannelSnippet(string? Title, string? CustomUrl);

/// <summary>Of a channel or of a video. Those that the owner hides are missing.</summary>
sealed record YouTubeStatistics(
    long? ViewCount, long? LikeCount, long? DislikeCount, long? CommentCount, long? SubscriberCount, bool? HiddenSubscriberCount,
    long? VideoCount);

sealed record YouTubeVideo(
    string? Id, YouTubeSnippet? Snippet = null, YouTubeStatus? Status = null, YouTubeStatistics? Statistics = null);

/// <param name="PublishedAt">When it was uploaded, or was made public since.</param>
sealed record YouTubeSnippet(
    string? Title = null, string? Description = null, string? CategoryId = null, DateTimeOffset? PublishedAt = null);

/// <summary>An update replaces all of it: what is left out gets its default.</summary>
/// <param name="PrivacyStatus">private, unlisted or public.</param>
/// <param name="UploadStatus">uploaded, processed, failed, rejected or deleted; only read.</param>
sealed record YouTubeStatus(
    string? PrivacyStatus, bool? SelfDeclaredMadeForKids = null, string? License = null, bool? Embeddable = null,
    bool? PublicStatsViewable = null, bool? ContainsSyntheticMedia = null, string? UploadStatus = null, string? FailureReason = null,
    string? RejectionReason = null);

sealed record YouTubeComment(string? Id, YouTubeCommentSnippet? Snippet);

sealed record YouTubeCommentSnippet(
    string? ChannelId = null, string? VideoId = null, YouTubeComment? TopLevelComment = null, string? TextOriginal = null);

/// <param name="Rows">Texts and numbers, in the order of the headers; null if there are none.</param>
sealed record YouTubeReport(YouTubeColumn[]? ColumnHeaders, JsonElement[][]? Rows)
{
    /// <summary>A row's number; 0 if it has none.</summary>
    public long Number(JsonElement[] row, string column) =>
        Cell(row, column) is { ValueKind: JsonValueKind.Number } cell ? (long)Math.Round(cell.GetDouble()) : 0;

    public JsonElement? Cell(JsonElement[] row, string column) =>
        Array.FindIndex(ColumnHeaders ?? [], header => header.Name == column) is >= 0 and var index && index < row.Length
            ? row[index] : null;
}

sealed record YouTubeColumn(string? Name);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(YouTubeList<YouTubeChannel>))]
[JsonSerializable(typeof(YouTubeList<YouTubeVideo>))]
[JsonSerializable(typeof(YouTubeVideo))]
[JsonSerializable(typeof(YouTubeComment))]
[JsonSerializable(typeof(YouTubeReport))]
sealed partial class YouTubeJson : JsonSerializerContext;
