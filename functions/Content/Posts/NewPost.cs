using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Content.Media;
using Planable.Content.Stories;
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

    /// <summary>The page; this or <c>pageIds</c>.</summary>
    /// <example>pg_wpdyety5tgkwd6ycz1z6gejp1zyzvf0</example>
    [MinLength(1)]
    public string? PageId { get; init; }

    /// <summary>The pages, each once; this or <c>pageId</c>. Several make one group.</summary>
    [MinLength(1), MaxLength(20)]
    public string[]? PageIds { get; init; }

    /// <summary>The text; a character is a Unicode code point, so an emoji of one counts as one.</summary>
    /// <example>Good morning</example>
    [Characters(25_000), DefaultValue("")]
    public string? Text { get; init; }

    /// <summary>The position in the grid, from 0.</summary>
    [Range(0, int.MaxValue)]
    public int? GridPosition { get; init; }

    /// <summary>The planned date, with its offset from UTC; past ones are kept as they are.</summary>
    /// <example>2030-01-01T09:00:00+02:00</example>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Ids of labels of the workspace.</summary>
    [MaxLength(50)]
    public string[]? Labels { get; init; }

    /// <summary>Whether client members do not see it; what the workspace says unless given.</summary>
    public bool? TeamOnly { get; init; }

    /// <summary>Whether the activity feed marks it as <c>notified</c>. There are no webhooks and no notifications yet.</summary>
    [DefaultValue(true)]
    public bool? Notify { get; init; }

    /// <summary>The campaign it belongs to; null for none.</summary>
    [MinLength(1), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? CampaignId { get; init; }

    /// <summary>The title on YouTube.</summary>
    [Characters(100)]
    public string? YoutubeTitle { get; init; }

    /// <summary>The title of a PDF on LinkedIn.</summary>
    [Characters(150)]
    public string? LinkedinPdfTitle { get; init; }

    /// <summary>The title of a video on LinkedIn.</summary>
    [Characters(150)]
    public string? LinkedinVideoTitle { get; init; }

    /// <summary>What a pin needs besides.</summary>
    public NewPin? Pinterest { get; init; }

    /// <summary>
    /// Public http(s) addresses of images, GIFs and videos of up to 100 MB each, in order; media into the workspace as by <c>POST
    /// /media</c>, once for all pages.
    /// </summary>
    /// <example>["https://example.com/beans.jpg"]</example>
    [MaxLength(20)]
    public string[]? Media { get; init; }

    /// <summary>True approves it: at the first level, where the workspace has levels.</summary>
    public bool? Approved { get; init; }

    /// <summary>The approver; who made the token unless given. Only the tokens of Owners and Administrators approve for others.</summary>
    /// <example>usr_wpdyety5ycz1z6gejp1zyzvf0</example>
    [MinLength(1)]
    public string? ApprovedBy { get; init; }

    /// <summary>
    /// Whether to publish at <c>scheduledAt</c>, if its approval allows it then; the date may be 5 minutes past. Takes the permission
    /// PUBLISH, and a post that its network takes.
    /// </summary>
    [DefaultValue(false)]
    public bool? PublishAtScheduledDate { get; init; }

    /// <summary>What is to be said under it on the network once it is published.</summary>
    [Characters(8_000)]
    public string? FirstComment { get; init; }

    /// <summary>A comment on each of the posts that client members do not see.</summary>
    [Characters(8_000)]
    public string? InternalNote { get; init; }

    /// <summary>The picture that stands for its video.</summary>
    public NewVideoThumbnail? VideoThumbnail { get; init; }

    /// <summary>The story that it makes, a post a frame; null where it makes a post a page.</summary>
    internal NewStory? Story { get; init; }

    internal bool IsGroup => Story?.Media.IsList ?? PageIds is { Length: > 1 };

    internal MediaSource[] MediaSources => Story?.Sources ?? NewVideoThumbnail.Sources(Media, VideoThumbnail);

    internal bool HasNote => InternalNote is { Length: > 0 };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PageId is null == PageIds is null)
        {
            yield return new("Give pageId or pageIds, one of the two.", [nameof(PageId)]);
        }
        if (PageIds is not null && PageIds.Distinct(StringComparer.Ordinal).Count() < PageIds.Length)
        {
            yield return new("Names a page twice.", [nameof(PageIds)]);
        }
        if (ApprovedBy is not null && Approved is not true)
        {
            yield return new("Only allowed when approved is true.", [nameof(ApprovedBy)]);
        }
        if (PublishAtScheduledDate is true && ScheduledAt is null)
        {
            yield return new("Needs a date.", [nameof(PublishAtScheduledDate)]);
        }
        // Attributes of a property with JsonIgnore, whatever its condition, are not looked at.
        if (CampaignId is "")
        {
            yield return new("Must not be empty.", [nameof(CampaignId)]);
        }
    }

    /// <summary>A post that this makes, scheduled and approved as this says.</summary>
    /// <param name="approver">Null where nobody approves it.</param>
    internal Ruling Begin(Post post, ApprovalRules rules, User? approver) => rules.Plan(post, post.ScheduledAt, PublishAtScheduledDate)
        .Then(planned => approver is null ? planned : rules.Approve(planned, approver));

    /// <summary>The post this makes on one page.</summary>
    /// <param name="frame">Which one, of a story.</param>
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
            FirstComment = FirstComment is "" ? null : FirstComment,
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
    /// <summary>The board, as Pinterest names it.</summary>
    /// <example>549755885175</example>
    [Required, Characters(200, Least = 1)]
    public string BoardId { get; init; } = null!;

    /// <summary>The pin's title.</summary>
    [Characters(100)]
    public string? Title { get; init; }

    /// <summary>Where the pin leads.</summary>
    [Url, Characters(2_048)]
    public string? Link { get; init; }

    /// <summary>The pin's description.</summary>
    [Characters(500)]
    public string? Description { get; init; }
}

/// <summary>The picture that stands for a video.</summary>
public sealed record NewVideoThumbnail : IValidatableObject
{
    /// <summary>A picture's public address.</summary>
    /// <example>https://example.com/still.jpg</example>
    [Url]
    public string? ImageUrl { get; init; }

    /// <summary>A moment of the video, in seconds from its start. Refused: no video is decoded here.</summary>
    [Range(0, double.MaxValue)]
    public double? OffsetSeconds { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OffsetSeconds is not null)
        {
            yield return new("No video is decoded here; give imageUrl, the address of a picture.", [nameof(OffsetSeconds)]);
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
