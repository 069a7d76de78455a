using System.ComponentModel.DataAnnotations;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>Changes to a post. Absent fields stay as they are. Send at least one field besides <c>notify</c>.</summary>
public sealed record PostEdit : IValidatableObject
{
    /// <summary>The text. Applies to the whole synced group.</summary>
    /// <example>Good morning</example>
    [Characters(25_000)]
    public string? Text { get; init; }

    /// <summary>
    /// The planned date, with its offset from UTC. Null removes the date and the schedule. Applies to the whole synced group.
    /// </summary>
    /// <example>2030-01-01T09:00:00+02:00</example>
    [AcceptsNull]
    public DateTimeOffset? ScheduledAt
    {
        get;
        set => (field, IsDated) = (value, true);
    }

    /// <summary>
    /// Whether to publish at <c>scheduledAt</c>. The date may be up to 5 minutes in the past. Requires the permission PUBLISH. Applies to
    /// the whole synced group.
    /// </summary>
    public bool? PublishAtScheduledDate { get; init; }

    /// <summary>Ids of labels of the workspace, which replace the current ones. Applies to the whole synced group.</summary>
    [MaxLength(500)]
    public string[]? Labels { get; init; }

    /// <summary>The campaign it belongs to; null for none. Applies to the whole synced group.</summary>
    [MinLength(1), AcceptsNull]
    public string? CampaignId
    {
        get;
        set => (field, IsAssigned) = (value, true);
    }

    /// <summary>
    /// Whether it is hidden from client members. A change ends the sharing of the post; share it again if it should have a public link.
    /// </summary>
    public bool? TeamOnly { get; init; }

    /// <summary>True approves it at the current level; false withdraws its approvals.</summary>
    public bool? Approved { get; init; }

    /// <summary>The approver; the token's creator by default. Only tokens of Owners and Administrators can approve for others.</summary>
    /// <example>usr_wpdyety5ycz1z6gejp1zyzvf0</example>
    [MinLength(1)]
    public string? ApprovedBy { get; init; }

    /// <summary>Whether it is archived. Archiving removes its schedule; unarchiving does not restore it.</summary>
    public bool? Archived { get; init; }

    /// <summary>The title of a PDF on LinkedIn; an empty string removes it.</summary>
    [Characters(150)]
    public string? LinkedinPdfTitle { get; init; }

    /// <summary>The title of a video on LinkedIn; an empty string removes it.</summary>
    [Characters(150)]
    public string? LinkedinVideoTitle { get; init; }

    /// <summary>Changes to the pin's board, title, link or description.</summary>
    public PinEdit? Pinterest { get; init; }

    /// <summary>
    /// Whether webhooks and mails tell of it, and the activity feed marks it as <c>notified</c>. True by default.
    /// </summary>
    public bool? Notify { get; init; }

    /// <summary>
    /// Public http(s) URLs of its media, which replace the current media; an empty list removes them. Applies to the whole synced group,
    /// except that a frame of a story has its own, exactly one file.
    /// </summary>
    /// <example>["https://example.com/beans.jpg"]</example>
    [MaxLength(20)]
    public string[]? Media { get; init; }

    /// <summary>
    /// The thumbnail of its video, which replaces the current one. If you change <c>media</c> without it, the thumbnail is removed. Applies
    /// to the group as <c>media</c> does.
    /// </summary>
    public NewVideoThumbnail? VideoThumbnail { get; init; }

    internal MediaSource[] MediaSources => NewVideoThumbnail.Sources(Media, VideoThumbnail);

    internal bool IsDated { get; private set; }

    internal bool IsAssigned { get; private set; }

    /// <summary>Whether it changes anything besides the approval.</summary>
    internal bool IsMoreThanApproval =>
        IsDated || IsAssigned || PublishAtScheduledDate is not null || TeamOnly is not null || Archived is not null
        || (Text, Labels, Media, VideoThumbnail, LinkedinPdfTitle, LinkedinVideoTitle,
            Pinterest) is not (null, null, null, null, null, null, null);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApprovedBy is not null && Approved is null)
        {
            yield return new("Only allowed together with approved.", [nameof(ApprovedBy)]);
        }
        if (PublishAtScheduledDate is true && IsDated && ScheduledAt is null)
        {
            yield return new("Requires a date in scheduledAt.", [nameof(PublishAtScheduledDate)]);
        }
        if (PublishAtScheduledDate is true && Archived is true)
        {
            yield return new("An archived post cannot be scheduled.", [nameof(PublishAtScheduledDate)]);
        }
    }

    /// <summary>The post with the changes that apply to its whole group, except the schedule.</summary>
    /// <param name="labels">The labels of <see cref="Labels"/>.</param>
    /// <param name="media">The media of <see cref="Media"/> and <see cref="VideoThumbnail"/>.</param>
    internal Post ApplyShared(Post post, Label[] labels, MediaBatch media) => post with
    {
        Text = Text ?? post.Text,
        Labels = Labels is null ? post.Labels : labels,
        Media = Media is null ? post.Media : media.Of(NewVideoThumbnail.MediaField),
        VideoThumbnail =
            VideoThumbnail is not null ? media.Of(NewVideoThumbnail.ThumbnailField)[0] : Media is null ? post.VideoThumbnail : null,
        Campaign = !IsAssigned ? post.Campaign : IdKind.Campaign.TryParse(CampaignId, out var campaign) ? campaign.Key : null,
    };

    /// <summary>Another post of the group with the shared changes. Each frame of a story keeps its own media.</summary>
    internal Post ApplyToSibling(Post post, Label[] labels, MediaBatch media) =>
        ApplyShared(post, labels, media) is var shared && post.IsStory
        ? shared with { Media = post.Media, VideoThumbnail = post.VideoThumbnail } : shared;

    /// <summary>The post with the changes that apply to it alone.</summary>
    internal Post ApplyOwn(Post post) => post with
    {
        TeamOnly = TeamOnly ?? post.TeamOnly,
        // Clients may have the link of a post that they see, and its group's team-only posts share another.
        Share = TeamOnly is null || TeamOnly == post.TeamOnly ? post.Share : null,
        LinkedinPdfTitle = Cleared(LinkedinPdfTitle, post.LinkedinPdfTitle),
        LinkedinVideoTitle = Cleared(LinkedinVideoTitle, post.LinkedinVideoTitle),
        Pinterest = Pinterest?.Apply(post.Pinterest) ?? post.Pinterest,
    };

    /// <summary>The edited post.</summary>
    /// <param name="approver">The user who approves or rejects, if <see cref="Approved"/> is set.</param>
    internal Ruling Edit(Post post, ApprovalRules rules, Label[] labels, MediaBatch media, User? approver) => ApprovalRules.Editable(post)
        .Then(open => Archived is { } archived ? ApprovalRules.Archive(open, archived) : open)
        .Then(open => rules.Rewrite(open, ApplyOwn(ApplyShared(open, labels, media))))
        .Then(open => rules.Plan(open, IsDated ? ScheduledAt?.ToUniversalTime() : open.ScheduledAt, PublishAtScheduledDate))
        .Then(open => Approved switch
        {
            true => rules.Approve(open, approver!),
            false when open.Approvals.Length > 0 => rules.Reject(open, approver!),
            _ => open,
        });

    /// <summary>Another post of the synced group with the edit applied. An archived post gets the date but no schedule.</summary>
    internal Ruling Follow(Post post, Post edited, ApprovalRules rules, Label[] labels, MediaBatch media) =>
        rules.Rewrite(post, ApplyToSibling(post, labels, media))
        .Then(open => !IsDated && PublishAtScheduledDate is null ? open
            : rules.Plan(open, edited.ScheduledAt, open.Archived ? null : PublishAtScheduledDate));

    internal static string? Cleared(string? given, string? before) => given is "" ? null : given ?? before;
}

/// <summary>Changes to a pin. Absent fields stay as they are.</summary>
public sealed record PinEdit
{
    /// <summary>The board's id on Pinterest; required if the post has no board yet.</summary>
    /// <example>"549755885175"</example>
    [Characters(500, Least = 1)]
    public string? BoardId { get; init; }

    /// <summary>The pin's title; an empty string removes it.</summary>
    [Characters(100)]
    public string? Title { get; init; }

    /// <summary>The URL that the pin links to.</summary>
    [WebAddress, Characters(2_048)]
    public string? Link { get; init; }

    /// <summary>The pin's description; an empty string removes it.</summary>
    [Characters(500)]
    public string? Description { get; init; }

    /// <summary>The changed pin; null if neither has a board.</summary>
    internal NewPin? Apply(NewPin? pin) => (BoardId ?? pin?.BoardId) is not { } board ? null : new()
    {
        BoardId = board,
        Title = PostEdit.Cleared(Title, pin?.Title),
        Link = Link ?? pin?.Link,
        Description = PostEdit.Cleared(Description, pin?.Description),
    };
}
