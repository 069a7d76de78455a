using System.Text.Json.Serialization;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Stories;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>
/// Where a post is on its way to the network. NO_DATE_SET: a draft without a date. PLANNED: a draft with a date, which is not published.
/// SCHEDULED: it will be published at its date. PUBLISHING: it is being published. PUBLISHED: it is on the network. WITH_ERRORS: it could
/// not be published. ARCHIVED: it is put aside.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<PostStatus>))]
enum PostStatus
{
    NO_DATE_SET,
    PLANNED,
    SCHEDULED,
    PUBLISHING,
    PUBLISHED,
    WITH_ERRORS,
    ARCHIVED,
}

/// <summary>The state of a post's publishing.</summary>
enum Delivery
{
    None,
    Publishing,
    Published,
    Failed,
}

/// <param name="User">The key of the user.</param>
sealed record Approval(string User, DateTimeOffset ApprovedAt, string? LevelId);

/// <summary>A pending request for approval.</summary>
/// <param name="User">The key of the user who asked.</param>
/// <param name="Approvers">The keys of the users who were asked.</param>
/// <param name="Note">A note for them.</param>
sealed record ApprovalRequest(string User, DateTimeOffset At, string? LevelId, string[] Approvers, string? Note = null);

/// <summary>A post as stored.</summary>
sealed record Post
{
    /// <summary>The key of the workspace.</summary>
    public required string Workspace { get; init; }

    [JsonPropertyName("own")]
    public required string Key { get; init; }

    /// <summary>The key of its page.</summary>
    public required string Page { get; init; }

    public required string Platform { get; init; }

    public required string Text { get; init; }

    /// <summary>The key of the user whose token created it.</summary>
    public required string Creator { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    public int? GridPosition { get; init; }

    /// <summary>The reorder job that last set its position; a newer job's key sorts first.</summary>
    public string? GridOrder { get; init; }

    /// <summary>The key of its campaign.</summary>
    public string? Campaign { get; init; }

    public DateTimeOffset? ScheduledAt { get; init; }

    public bool ScheduledSet { get; init; }

    public bool TeamOnly { get; init; }

    public bool Archived { get; init; }

    public Delivery Delivery { get; init; }

    public string? PublishedLink { get; init; }

    /// <summary>Null until the first attempt to publish it.</summary>
    public PublishingState? Publishing { get; init; }

    public Approval[] Approvals { get; init; } = [];

    public ApprovalRequest? ApprovalRequest { get; init; }

    /// <summary>Incremented by every edit and approval decision; not by comments.</summary>
    public int Revision { get; init; }

    /// <summary>Copies of the labels; a label never changes.</summary>
    public Label[] Labels { get; init; } = [];

    public int Comments { get; init; }

    public int Notes { get; init; }

    /// <summary>The first comment to add on the network once it is published.</summary>
    public string? FirstComment { get; init; }

    /// <summary>The secret in its public link, the same for the whole group; null while it is not shared.</summary>
    public string? Share { get; init; }

    /// <summary>The keys of the pages of its group's posts; null for a post without a group.</summary>
    public string[]? GroupPages { get; init; }

    /// <summary>The keys of the pages of its group's team-only posts, which clients are not shown; null for none.</summary>
    public string[]? TeamPages { get; init; }

    public bool GroupSync { get; init; }

    /// <summary>Whether it is a frame of a story. The frames are a group, in order.</summary>
    public bool IsStory { get; init; }

    /// <summary>Stickers to add by hand on the network.</summary>
    public Sticker[] Stickers { get; init; } = [];

    /// <summary>Its media, in order; the same for all posts of a group, except in a story.</summary>
    public PostMedia[] Media { get; init; } = [];

    /// <summary>The thumbnail of its video; null if none was given.</summary>
    public PostMedia? VideoThumbnail { get; init; }

    public NewPin? Pinterest { get; init; }

    public string? YoutubeTitle { get; init; }

    public string? LinkedinPdfTitle { get; init; }

    public string? LinkedinVideoTitle { get; init; }

    [JsonIgnore]
    public string Id => IdKind.Post.Format(Workspace, Key);

    /// <summary>
    /// Whether an edit of <paramref name="other"/>, of the same group, also applies to this post. Not if it is or may be on its network
    /// already.
    /// </summary>
    public bool Follows(Post other) => GroupSync && other.GroupSync
        && (Delivery is Delivery.None || (Delivery is Delivery.Failed && Publishing?.Failure?.Code is not FailureCode.OUTCOME_UNKNOWN));

    /// <summary>The import status of its media; null without media.</summary>
    [JsonIgnore]
    public MediaStatus? MediaState => Media is [] ? null
        : Array.Exists(Media, one => one.Status is MediaStatus.error) ? MediaStatus.error
        : Array.TrueForAll(Media, one => one.Status is MediaStatus.success) ? MediaStatus.success
        : MediaStatus.processing;

    public bool Shows(string media) => VideoThumbnail?.Key == media || Array.Exists(Media, one => one.Key == media);

    /// <summary>The post with the current state of one of its media.</summary>
    public Post Showing(PostMedia media) => this with
    {
        Media = Array.ConvertAll(Media, one => one.Key == media.Key ? media : one),
        VideoThumbnail = VideoThumbnail?.Key == media.Key ? media : VideoThumbnail,
    };

    /// <summary>Whether one of its media is still being imported.</summary>
    [JsonIgnore]
    public bool WaitsForMedia => Media.Append(VideoThumbnail).Any(one => one is { Status: not (MediaStatus.success or MediaStatus.error) });

    /// <summary>Whether all its media were imported.</summary>
    [JsonIgnore]
    public bool HasAllMedia => MediaState is null or MediaStatus.success && VideoThumbnail?.Status is null or MediaStatus.success;

    [JsonIgnore]
    public string? MediaType =>
        Media.Select(one => one.Kind).Distinct().ToArray() switch { [] => null, [var kind] => JsonNames.Of(kind), _ => "mixed" };

    /// <summary>When it will be published; null if it has no schedule.</summary>
    [JsonIgnore]
    public DateTimeOffset? GoesOutAt =>
        this is { ScheduledSet: true, Archived: false, Delivery: Delivery.None } ? Publishing?.RetriedAt ?? ScheduledAt : null;

    /// <summary>Whether approval was asked for, and can still be given.</summary>
    [JsonIgnore]
    public bool IsAsked => this is { ApprovalRequest: not null, Archived: false, Delivery: not Delivery.Published };

    [JsonIgnore]
    public string ETag => $"\"{Revision}\"";

    [JsonIgnore]
    public PostStatus Status => this switch
    {
        { Archived: true } => PostStatus.ARCHIVED,
        { Delivery: Delivery.Published } => PostStatus.PUBLISHED,
        { Delivery: Delivery.Publishing } => PostStatus.PUBLISHING,
        { Delivery: Delivery.Failed } => PostStatus.WITH_ERRORS,
        { ScheduledSet: true } => PostStatus.SCHEDULED,
        { ScheduledAt: not null } => PostStatus.PLANNED,
        _ => PostStatus.NO_DATE_SET,
    };
}
