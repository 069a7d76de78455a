using System.Text.Json.Serialization;
using Planable.Company.Labels;
using Planable.Content.Media;
using Planable.Content.Stories;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>Where a post stands on its way to its network.</summary>
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

/// <summary>How far a post has come on its way to the network.</summary>
enum Delivery
{
    None,
    Publishing,
    Published,
    Failed,
}

/// <param name="User">The key of the user.</param>
sealed record Approval(string User, DateTimeOffset ApprovedAt, string? LevelId);

/// <summary>Somebody has asked for approval, and it is not given yet.</summary>
/// <param name="User">The key of who asked.</param>
/// <param name="Approvers">The keys of those who were asked.</param>
sealed record ApprovalRequest(string User, DateTimeOffset At, string? LevelId, string[] Approvers);

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

    /// <summary>The key of who made the token that made it.</summary>
    public required string Creator { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    public int? GridPosition { get; init; }

    /// <summary>The order that placed it last, by a name that sorts the newest first.</summary>
    public string? GridOrder { get; init; }

    /// <summary>The key of its campaign.</summary>
    public string? Campaign { get; init; }

    public DateTimeOffset? ScheduledAt { get; init; }

    public bool ScheduledSet { get; init; }

    public bool TeamOnly { get; init; }

    public bool Archived { get; init; }

    public Delivery Delivery { get; init; }

    public string? PublishedLink { get; init; }

    /// <summary>Null until its publishing is first tried.</summary>
    public PublishingState? Publishing { get; init; }

    public Approval[] Approvals { get; init; } = [];

    public ApprovalRequest? ApprovalRequest { get; init; }

    /// <summary>Raised by every edit and decision; not by comments, which are beside the post.</summary>
    public int Revision { get; init; }

    /// <summary>Labels as they were when given: a label does not change.</summary>
    public Label[] Labels { get; init; } = [];

    public int Comments { get; init; }

    public int Notes { get; init; }

    /// <summary>What is to be said under it on the network, once it is published.</summary>
    public string? FirstComment { get; init; }

    /// <summary>The secret of its public link, the same for a group; null while it is not shared.</summary>
    public string? Share { get; init; }

    /// <summary>The keys of the pages that its group's posts are on; null for a post of its own.</summary>
    public string[]? GroupPages { get; init; }

    public bool GroupSync { get; init; }

    /// <summary>Whether it is a frame of a story, whose group are its frames in order.</summary>
    public bool IsStory { get; init; }

    /// <summary>What is to be put on it by hand.</summary>
    public Sticker[] Stickers { get; init; } = [];

    /// <summary>Its media, in order; those of a group are the same, unless it is a story.</summary>
    public PostMedia[] Media { get; init; } = [];

    /// <summary>The picture that stands for its video, where one was given.</summary>
    public PostMedia? VideoThumbnail { get; init; }

    public NewPin? Pinterest { get; init; }

    public string? YoutubeTitle { get; init; }

    public string? LinkedinPdfTitle { get; init; }

    public string? LinkedinVideoTitle { get; init; }

    [JsonIgnore]
    public string Id => IdKind.Post.Format(Workspace, Key);

    /// <summary>
    /// Whether an edit of <paramref name="other"/>, of the same group, reaches this post.
    /// One that may be on its network is left for who knows that it is not.
    /// </summary>
    public bool Follows(Post other) => GroupSync && other.GroupSync
        && (Delivery is Delivery.None || (Delivery is Delivery.Failed && Publishing?.Failure?.Code is not FailureCode.OUTCOME_UNKNOWN));

    /// <summary>How far its media are; null where it has none.</summary>
    [JsonIgnore]
    public MediaStatus? MediaState => Media is [] ? null
        : Array.Exists(Media, one => one.Status is MediaStatus.error) ? MediaStatus.error
        : Array.TrueForAll(Media, one => one.Status is MediaStatus.success) ? MediaStatus.success
        : MediaStatus.processing;

    public bool Shows(string media) => VideoThumbnail?.Key == media || Array.Exists(Media, one => one.Key == media);

    /// <summary>The post, told how far something is that it shows.</summary>
    public Post Showing(PostMedia media) => this with
    {
        Media = Array.ConvertAll(Media, one => one.Key == media.Key ? media : one),
        VideoThumbnail = VideoThumbnail?.Key == media.Key ? media : VideoThumbnail,
    };

    /// <summary>Whether it shows what another version of it does.</summary>
    public bool ShowsSame(Post other) =>
        Media.Select(one => one.Key).SequenceEqual(other.Media.Select(one => one.Key)) && VideoThumbnail?.Key == other.VideoThumbnail?.Key;

    /// <summary>Whether something that it shows is still under way.</summary>
    [JsonIgnore]
    public bool WaitsForMedia => Media.Append(VideoThumbnail).Any(one => one is { Status: not (MediaStatus.success or MediaStatus.error) });

    /// <summary>Whether all that it shows is there.</summary>
    [JsonIgnore]
    public bool HasAllMedia => MediaState is null or MediaStatus.success && VideoThumbnail?.Status is null or MediaStatus.success;

    [JsonIgnore]
    public string? MediaType =>
        Media.Select(one => one.Kind).Distinct().ToArray() switch { [] => null, [var kind] => JsonNames.Of(kind), _ => "mixed" };

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
