using System.ComponentModel.DataAnnotations;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Stories;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>A post to create.</summary>
public sealed record NewPost : IValidatableObject
{
    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>The page. Send this or <c>pageIds</c>.</summary>
    /// <example>pg_wpdyety5tgkwd6ycz1z6gejp1zyzvf0</example>
    [MinLength(1)]
    public string? PageId { get; init; }

    /// <summary>The pages, without duplicates. Send this or <c>pageId</c>. Posts for several pages form a group.</summary>
    [MinLength(1), MaxLength(20)]
    public string[]? PageIds { get; init; }

    /// <summary>
    /// The text; empty by default. A character is a Unicode code point, so an emoji of one code point counts as one. Each network has its
    /// own limit and way of counting: see <c>POST /posts/validate</c>.
    /// </summary>
    /// <example>Good morning</example>
    [Characters(25_000)]
    public string? Text { get; init; }

    /// <summary>The position in the grid, from 0.</summary>
    [Range(0, int.MaxValue)]
    public int? GridPosition { get; init; }

    /// <summary>The planned date, with its offset from UTC; a past date is stored as it is.</summary>
    /// <example>2030-01-01T09:00:00+02:00</example>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Ids of labels of the workspace.</summary>
    [MaxLength(500)]
    public string[]? Labels { get; init; }

    /// <summary>Whether it is hidden from client members; the workspace's setting by default.</summary>
    public bool? TeamOnly { get; init; }

    /// <summary>
    /// Whether webhooks and mails tell of it, and the activity feed marks it as <c>notified</c>. True by default.
    /// </summary>
    public bool? Notify { get; init; }

    /// <summary>The campaign it belongs to; null for none.</summary>
    [MinLength(1), AcceptsNull]
    public string? CampaignId { get; init; }

    /// <summary>The title on YouTube; the first line of the text by default. YouTube does not accept &lt; and &gt;.</summary>
    [Characters(100)]
    public string? YoutubeTitle { get; init; }

    /// <summary>The title of a PDF on LinkedIn.</summary>
    [Characters(150)]
    public string? LinkedinPdfTitle { get; init; }

    /// <summary>The title of a video on LinkedIn.</summary>
    [Characters(150)]
    public string? LinkedinVideoTitle { get; init; }

    /// <summary>What a pin needs besides text and media.</summary>
    public NewPin? Pinterest { get; init; }

    /// <summary>
    /// Public http(s) URLs of images, GIFs and videos of up to 100 MB each, in order. They are imported as by <c>POST /media</c>, once for
    /// all pages.
    /// </summary>
    /// <example>["https://example.com/beans.jpg"]</example>
    [MaxLength(20)]
    public string[]? Media { get; init; }

    /// <summary>
    /// True approves it, at the first level if the workspace has levels. Requires PUBLISH if <c>autoSchedule</c> then schedules it.
    /// </summary>
    public bool? Approved { get; init; }

    /// <summary>The approver; the token's creator by default. Only tokens of Owners and Administrators can approve for others.</summary>
    /// <example>usr_wpdyety5ycz1z6gejp1zyzvf0</example>
    [MinLength(1)]
    public string? ApprovedBy { get; init; }

    /// <summary>
    /// Whether to publish at <c>scheduledAt</c>, if it has the approval it needs by then. The date may be up to 5 minutes in the past.
    /// Requires the permission PUBLISH, and a post that its network accepts. Files that are still being imported are judged by
    /// the ends of their names, and checked when it is published; to know before, schedule it once <c>mediaStatus</c> is <c>success</c>.
    /// False by default.
    /// </summary>
    public bool? PublishAtScheduledDate { get; init; }

    /// <summary>
    /// The first comment to add on the network once it is published; none if it is blank. Its network's limits apply to it too.
    /// </summary>
    [Characters(8_000)]
    public string? FirstComment { get; init; }

    /// <summary>A comment added to each of the posts, hidden from client members; none if it is blank.</summary>
    [Characters(8_000)]
    public string? InternalNote { get; init; }

    /// <summary>The thumbnail of its video.</summary>
    public NewVideoThumbnail? VideoThumbnail { get; init; }

    /// <summary>The story to create, with a post for each frame; null to create a post for each page.</summary>
    internal NewStory? Story { get; init; }

    internal bool IsGroup => Story?.Media.IsList ?? PageIds is { Length: > 1 };

    internal MediaSource[] MediaSources => Story?.Sources ?? NewVideoThumbnail.Sources(Media, VideoThumbnail);

    internal bool HasNote => !BlankText.Is(InternalNote);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PageId is null == PageIds is null)
        {
            yield return new("Send exactly one of pageId and pageIds.", [nameof(PageId)]);
        }
        if (PageIds is not null && PageIds.Distinct(StringComparer.Ordinal).Count() < PageIds.Length)
        {
            yield return new("Must not contain duplicates.", [nameof(PageIds)]);
        }
        if (ApprovedBy is not null && Approved is not true)
        {
            yield return new("Only allowed when approved is true.", [nameof(ApprovedBy)]);
        }
        if (PublishAtScheduledDate is true && ScheduledAt is null)
        {
            yield return new("Requires a date in scheduledAt.", [nameof(PublishAtScheduledDate)]);
        }
    }

    /// <summary>Schedules and approves a new post as the request asks.</summary>
    /// <param name="approver">Null to leave it unapproved.</param>
    internal Ruling Begin(Post post, ApprovalRules rules, User? approver) => rules.Plan(post, post.ScheduledAt, PublishAtScheduledDate)
        .Then(planned => approver is null ? planned : rules.Approve(planned, approver));

    /// <summary>A fault of a post under the request's own field: each frame of a story is a post with one file.</summary>
    internal FieldError Located(FieldError fault, int frame) =>
        Story is not null && fault.Field == $"{NewVideoThumbnail.MediaField}[0]" ? fault with { Field = MediaSources[frame].Field } : fault;

    /// <summary>The new post for one page.</summary>
    /// <param name="frame">The index of a story's frame.</param>
    internal Post ToPost(
        Workspace workspace, string page, string platform, string key, string creator,
        DateTimeOffset now, Label[] labels, string[]? groupPages,
        MediaBatch media, int frame) => new()
        {
            Workspace = workspace.Key,
            Key = key,
            Page = page,
            Platform = platform,
            Text = Text ?? "",
            Creator = creator,
            CreatedAt = now,
            ModifiedAt = now,
            GridPosition = GridPosition,
            Campaign = CampaignId is null ? null : IdKind.Campaign.TryParse(CampaignId, out var campaign) ? campaign.Key : null,
            ScheduledAt = ScheduledAt?.ToUniversalTime(),
            TeamOnly = TeamOnly ?? workspace.DefaultTeamOnlyPosts,
            Labels = labels,
            Notes = HasNote ? 1 : 0,
            FirstComment = BlankText.Is(FirstComment) ? null : FirstComment,
            GroupPages = groupPages,
            GroupSync = groupPages is not null,
            IsStory = Story is not null,
            Stickers = [.. Story?.Stickers ?? []],
            Media = Story is null ? media.Of(NewVideoThumbnail.MediaField) : [PostMedia.Of(media.Items[frame])],
            VideoThumbnail = media.Of(NewVideoThumbnail.ThumbnailField).FirstOrDefault(),
            Pinterest = Pinterest,
            YoutubeTitle = YoutubeTitle,
            LinkedinPdfTitle = LinkedinPdfTitle,
            LinkedinVideoTitle = LinkedinVideoTitle,
        };
}

/// <summary>What a pin needs besides text and media.</summary>
public sealed record NewPin
{
    /// <summary>The board's id on Pinterest.</summary>
    /// <example>"549755885175"</example>
    [Required, Characters(500, Least = 1)]
    public string BoardId { get; init; } = null!;

    /// <summary>The pin's title.</summary>
    [Characters(100)]
    public string? Title { get; init; }

    /// <summary>The URL that the pin links to.</summary>
    [WebAddress, Characters(2_048)]
    public string? Link { get; init; }

    /// <summary>The pin's description.</summary>
    [Characters(500)]
    public string? Description { get; init; }
}

/// <summary>The thumbnail of a video.</summary>
public sealed record NewVideoThumbnail : IValidatableObject
{
    /// <summary>The public URL of an image.</summary>
    /// <example>https://example.com/still.jpg</example>
    [WebAddress]
    public string? ImageUrl { get; init; }

    /// <summary>A position in the video, in seconds from its start. Not supported: send <c>imageUrl</c>.</summary>
    [Range(0, double.MaxValue)]
    public double? OffsetSeconds { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OffsetSeconds is not null)
        {
            yield return new("Not supported. Send imageUrl, the URL of an image.", [nameof(OffsetSeconds)]);
        }
        else if (ImageUrl is null)
        {
            yield return new("Is required.", [nameof(ImageUrl)]);
        }
    }

    /// <summary>The URLs that a request names in <c>media</c> and <c>videoThumbnail</c>.</summary>
    internal static MediaSource[] Sources(string[]? media, NewVideoThumbnail? thumbnail) =>
    [
        .. media?.Select((url, index) => new MediaSource($"{MediaField}[{index}]", url)) ?? [],
        .. thumbnail is null ? [] : (MediaSource[])[new(ThumbnailField, thumbnail.ImageUrl, [MediaKind.image])],
    ];

    internal const string MediaField = "media", ThumbnailField = "videoThumbnail.imageUrl";
}
