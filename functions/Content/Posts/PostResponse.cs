using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Content.Stories;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>The posts that were created.</summary>
/// <param name="Posts">The posts, in the order of the pages.</param>
sealed record CreatedPosts(PostResponse[] Posts);

/// <summary>How many posts there are.</summary>
/// <param name="Total">The number of posts in all workspaces that the token can access.</param>
/// <param name="Workspaces">The number in each of them.</param>
sealed record PostCounts(int Total, WorkspaceCount[] Workspaces);

/// <summary>How many posts a workspace has.</summary>
/// <param name="WorkspaceId">The workspace.</param>
/// <param name="Count">The number of its posts.</param>
sealed record WorkspaceCount(string WorkspaceId, int Count);

/// <summary>A post.</summary>
sealed record PostResponse
{
    /// <summary>The post's id; opaque.</summary>
    /// <example>pst_wpdyety5tgkwd6ycz1z6avhxdrgd760</example>
    public required string Id { get; init; }

    /// <summary>The workspace it is in.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    public required string WorkspaceId { get; init; }

    /// <summary>The page it is for.</summary>
    /// <example>pg_wpdyety5tgkwd6ycz1z6gejp1zyzvf0</example>
    public required string PageId { get; init; }

    /// <summary>The network: its page's <c>platform</c>.</summary>
    /// <example>facebook</example>
    public required string Type { get; init; }

    /// <summary><c>post</c> or <c>story</c>.</summary>
    /// <example>post</example>
    public required string Classification { get; init; }

    /// <summary>The text.</summary>
    /// <example>Good morning</example>
    public required string PlainText { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The position in the grid, from 0; absent if it has none.</summary>
    public int? GridPosition { get; init; }

    /// <summary>The campaign it belongs to; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? CampaignId { get; init; }

    /// <summary>URLs of its imported media, in order; signed links as in <c>GET /media/{id}</c>.</summary>
    [MaxLength(20)]
    public required string[] Media { get; init; }

    /// <summary>The planned date, in UTC; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Where it is on its way to the network.</summary>
    public required PostStatus Status { get; init; }

    /// <summary>Whether it is fully approved: once, or at every level if the type is MULTIPLE. Never if the type is NONE.</summary>
    public required bool Approved { get; init; }

    /// <summary>Who has approved it, and when.</summary>
    public ApprovalResponse[]? ApprovedBy { get; init; }

    /// <summary>How far its approval is, by the workspace's current settings.</summary>
    public required ApprovalState Approval { get; init; }

    /// <summary>Whether it is on the network.</summary>
    public required bool Published { get; init; }

    /// <summary>
    /// Whether it has a schedule: it will be published at <c>scheduledAt</c>, was published, or failed; see <c>status</c>.
    /// </summary>
    public required bool ScheduledSet { get; init; }

    /// <summary>Whether it is hidden from client members.</summary>
    public required bool TeamOnly { get; init; }

    /// <summary>Whether it is archived; an archived post has no schedule.</summary>
    public required bool Archived { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary><c>image</c>, <c>video</c> or <c>gif</c>; <c>mixed</c> if its media are of several kinds; absent without media.</summary>
    /// <example>image</example>
    public string? MediaType { get; init; }

    /// <summary>Ids of its media, in order; absent without media.</summary>
    [MaxLength(20)]
    public string[]? MediaIds { get; init; }

    /// <summary>
    /// The import status of its media: <c>success</c> once all are imported, <c>error</c> once one failed; absent without media.
    /// </summary>
    public MediaStatus? MediaStatus { get; init; }

    /// <summary>The thumbnail of its video.</summary>
    [Url]
    public string? VideoThumbnailUrl { get; init; }

    /// <summary>Its labels.</summary>
    public PostLabel[]? Labels { get; init; }

    /// <summary>Number of comments, without internal notes.</summary>
    public required int CommentsCounter { get; init; }

    /// <summary>Number of internal notes; 0 for client members, who do not see them.</summary>
    public required int NotesCounter { get; init; }

    /// <summary>The URL of the post's public page, while it is shared.</summary>
    [Url]
    public string? PublicShareLink { get; init; }

    /// <summary>The URL of the post on the network, once published.</summary>
    [Url]
    public string? PublishedPostLink { get; init; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>True if the latest attempt began more than an hour after it was due; otherwise absent.</summary>
    public bool? PublishedLate { get; init; }

    /// <summary>Why the latest attempt did not publish it; <c>publish-attempts</c> lists all attempts.</summary>
    public PublishFailure? PublishFailure { get; init; }

    /// <summary>The id of its group; the same for all posts of the group.</summary>
    public string? GroupId { get; init; }

    /// <summary>The pages of its group's posts; for client members, without those of team-only posts.</summary>
    public string[]? GroupPageIds { get; init; }

    /// <summary>Whether edits also apply to the other posts of its group.</summary>
    public bool? GroupSync { get; init; }

    /// <summary>Stickers to add to a story by hand.</summary>
    public Sticker[]? Stickers { get; init; }

    /// <summary>The pin's board, title, link and description.</summary>
    public Pin? Pinterest { get; init; }

    /// <summary>The answer for a post, but with blob paths in place of links; <see cref="MediaLinks"/> makes the links.</summary>
    public static PostResponse Of(Post post, Workspace workspace, Caller caller)
    {
        var approval = ApprovalState.Of(post, workspace);
        return new()
        {
            Id = post.Id,
            WorkspaceId = workspace.Id,
            PageId = IdKind.Page.Format(post.Workspace, post.Page),
            Type = post.Platform,
            Classification = post.IsStory ? "story" : "post",
            PlainText = post.Text,
            CreatedAt = post.CreatedAt,
            GridPosition = post.GridPosition,
            CampaignId = post.Campaign is null || workspace.DeletedCampaigns.Contains(post.Campaign) ? null
                : IdKind.Campaign.Format(post.Workspace, post.Campaign),
            Media = post.Media is [] ? []
                : [.. post.Media.Select(one => one.File).OfType<string>().Select(key => MediaBlobs.Path(post.Workspace, key))],
            MediaType = post.MediaType,
            MediaIds = post.Media is [] ? null : [.. post.Media.Select(one => IdKind.Media.Format(post.Workspace, one.Key))],
            MediaStatus = post.MediaState,
            VideoThumbnailUrl = post.VideoThumbnail?.File is { } picture ? MediaBlobs.Path(post.Workspace, picture) : null,
            ScheduledAt = post.ScheduledAt,
            Status = post.Status,
            Approved = approval.Approved,
            ApprovedBy = post.Approvals is [] ? [] : [.. post.Approvals.Select(by => ApprovalResponse.Of(by, workspace))],
            Approval = approval,
            Published = post.Delivery is Delivery.Published,
            ScheduledSet = post.ScheduledSet,
            TeamOnly = post.TeamOnly,
            Archived = post.Archived,
            ModifiedAt = post.ModifiedAt,
            Labels = post.Labels is [] ? [] :
            [
                .. post.Labels.Select(label => new PostLabel(
                    IdKind.Label.Format(post.Workspace, label.Key), label.Text, JsonNames.Of(label.Color))),
            ],
            CommentsCounter = post.Comments,
            NotesCounter = caller.Creator.Role is Role.CLIENT ? 0 : post.Notes,
            PublicShareLink = post.Share is null ? null : PostSharing.Link(post, post.Share, caller),
            PublishedPostLink = post.PublishedLink,
            PublishedAt = post.Publishing?.PublishedAt,
            PublishedLate = post.Publishing is { IsLate: true } ? true : null,
            PublishFailure = PublishFailure.Of(post.Publishing?.Failure),
            GroupId = post.GroupPages is null ? null : IdKind.Group.Format(post.Workspace, Ids.GroupOf(post.Key)),
            GroupPageIds = post.GroupPages?.Where(Shows).Select(page => IdKind.Page.Format(post.Workspace, page)).ToArray(),
            GroupSync = post.GroupPages is null ? null : post.GroupSync,
            Stickers = post.Stickers is [] ? null : post.Stickers,
            // Only Pinterest knows the board's name, so the board's id is shown as its name.
            Pinterest = post.Pinterest is { } pin ? new(pin.BoardId, pin.BoardId, pin.Title, pin.Link, pin.Description) : null,
        };

        bool Shows(string page) =>
            page == post.Page || caller.Creator.Role is not Role.CLIENT || post.TeamPages?.Contains(page) is not true;
    }
}

/// <summary>A label on a post.</summary>
/// <param name="Uuid">The label's id.</param>
/// <param name="Text">The label's <c>name</c>.</param>
/// <param name="Color">The label's colour.</param>
sealed record PostLabel(string Uuid, string Text, string Color);

/// <summary>A post's data for Pinterest.</summary>
/// <param name="BoardId">The board's id on Pinterest.</param>
/// <param name="BoardName">The same id: only Pinterest knows the name.</param>
/// <param name="Title">The pin's title; null for none.</param>
/// <param name="Link">The URL that the pin links to; null for none.</param>
/// <param name="Description">The pin's description; null for none.</param>
sealed record Pin(
    string BoardId,
    string BoardName,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Link,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Description);
