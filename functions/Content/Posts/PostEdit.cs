using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Content.Media;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>What to change of a post. What is left out stays as it is; at least one field besides <c>notify</c> is given.</summary>
public sealed record PostEdit : IValidatableObject
{
    /// <summary>The text. Another one withdraws the post's approvals. Reaches the whole of a synced group.</summary>
    /// <example>Good morning</example>
    [Characters(25_000)]
    public string? Text { get; init; }

    /// <summary>
    /// The planned date, with its offset from UTC; null for none, which takes the schedule too.
    /// Reaches the whole of a synced group.
    /// </summary>
    /// <example>2030-01-01T09:00:00+02:00</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? ScheduledAt
    {
        get;
        set => (field, IsDated) = (value, true);
    }

    /// <summary>
    /// Whether to publish at <c>scheduledAt</c>; the date may be 5 minutes past. Takes the permission PUBLISH. Reaches the whole of a
    /// synced group.
    /// </summary>
    public bool? PublishAtScheduledDate { get; init; }

    /// <summary>Ids of labels of the workspace, instead of those it has. Reaches the whole of a synced group.</summary>
    [MaxLength(50)]
    public string[]? Labels { get; init; }

    /// <summary>The campaign it belongs to; null for none. Reaches the whole of a synced group.</summary>
    [MinLength(1), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? CampaignId
    {
        get;
        set => (field, IsAssigned) = (value, true);
    }

    /// <summary>
    /// Whether client members do not see it. True ends the sharing of a post that they saw before;
    /// share it again where its link is to go on.
    /// </summary>
    public bool? TeamOnly { get; init; }

    /// <summary>True approves it at the current level; false withdraws its approvals.</summary>
    public bool? Approved { get; init; }

    /// <summary>The approver; who made the token unless given. Only the tokens of Owners and Administrators approve for others.</summary>
    /// <example>usr_wpdyety5ycz1z6gejp1zyzvf0</example>
    [MinLength(1)]
    public string? ApprovedBy { get; init; }

    /// <summary>Whether it is put away, which takes its schedule; media back it is without one.</summary>
    public bool? Archived { get; init; }

    /// <summary>The title of a PDF on LinkedIn; an empty text for none.</summary>
    [Characters(150)]
    public string? LinkedinPdfTitle { get; init; }

    /// <summary>The title of a video on LinkedIn; an empty text for none.</summary>
    [Characters(150)]
    public string? LinkedinVideoTitle { get; init; }

    /// <summary>What to change of what a pin needs besides.</summary>
    public PinEdit? Pinterest { get; init; }

    /// <summary>Whether the activity feed marks it as <c>notified</c>. There are no webhooks and no notifications yet.</summary>
    [DefaultValue(true)]
    public bool? Notify { get; init; }

    /// <summary>
    /// Public http(s) addresses of its media, instead of those it has, as when it was created; none for none. Withdraws the post's
    /// approvals. Reaches the whole of a synced group. A frame of a story has one, of its own.
    /// </summary>
    /// <example>["https://example.com/beans.jpg"]</example>
    [MaxLength(20)]
    public string[]? Media { get; init; }

    /// <summary>
    /// The picture that stands for its video, instead of the one it has; other media come without one unless it is given.
    /// Reaches its group as they do.
    /// </summary>
    public NewVideoThumbnail? VideoThumbnail { get; init; }

    internal MediaSource[] MediaSources => NewVideoThumbnail.Sources(Media, VideoThumbnail);

    internal bool IsDated { get; private set; }

    internal bool IsAssigned { get; private set; }

    /// <summary>Whether it says anything besides who decides.</summary>
    internal bool IsMoreThanApproval =>
        IsDated || IsAssigned || PublishAtScheduledDate is not null || TeamOnly is not null || Archived is not null
        || (Text, Labels, Media, VideoThumbnail, LinkedinPdfTitle, LinkedinVideoTitle,
            Pinterest) is not (null, null, null, null, null, null, null);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Attributes of a property with JsonIgnore, whatever its condition, are not looked at.
        if (CampaignId is "")
        {
            yield return new("Must not be empty.", [nameof(CampaignId)]);
        }
        if (ApprovedBy is not null && Approved is null)
        {
            yield return new("Only allowed when approved is true.", [nameof(ApprovedBy)]);
        }
        if (PublishAtScheduledDate is true && IsDated && ScheduledAt is null)
        {
            yield return new("Needs a date.", [nameof(PublishAtScheduledDate)]);
        }
        if (PublishAtScheduledDate is true && Archived is true)
        {
            yield return new("An archived post has no schedule.", [nameof(PublishAtScheduledDate)]);
        }
    }

    /// <summary>The post with what reaches a whole group, besides its schedule.</summary>
    /// <param name="labels">The labels that <see cref="Labels"/> names.</param>
    /// <param name="media">What <see cref="Media"/> and <see cref="VideoThumbnail"/> name.</param>
    internal Post ApplyShared(Post post, Label[] labels, MediaBatch media) => post with
    {
        Text = Text ?? post.Text,
        Labels = Labels is null ? post.Labels : labels,
        Media = Media is null ? post.Media : media.Of(NewVideoThumbnail.MediaField),
        VideoThumbnail =
            VideoThumbnail is not null ? media.Of(NewVideoThumbnail.ThumbnailField)[0] : Media is null ? post.VideoThumbnail : null,
        Campaign = !IsAssigned ? post.Campaign : IdKind.Campaign.TryParse(CampaignId, out var campaign) ? campaign.Key : null,
    };

    /// <summary>Another post of its group with what reaches it; frames of a story each show their own.</summary>
    internal Post ApplyToSibling(Post post, Label[] labels, MediaBatch media) =>
        ApplyShared(post, labels, media) is var shared && post.IsStory
        ? shared with { Media = post.Media, VideoThumbnail = post.VideoThumbnail } : shared;

    /// <summary>The post with what is its own alone.</summary>
    internal Post ApplyOwn(Post post) => post with
    {
        TeamOnly = TeamOnly ?? post.TeamOnly,
        Share = TeamOnly is true && !post.TeamOnly ? null : post.Share,
        LinkedinPdfTitle = Cleared(LinkedinPdfTitle, post.LinkedinPdfTitle),
        LinkedinVideoTitle = Cleared(LinkedinVideoTitle, post.LinkedinVideoTitle),
        Pinterest = Pinterest?.Apply(post.Pinterest) ?? post.Pinterest,
    };

    /// <summary>What becomes of the post that it is about.</summary>
    /// <param name="approver">Who decides, where <see cref="Approved"/> says something.</param>
    internal Ruling Edit(Post post, ApprovalRules rules, Label[] labels, MediaBatch media, User? approver) => ApprovalRules.Open(post)
        .Then(open => Archived is { } archived ? ApprovalRules.Archive(open, archived) : open)
        .Then(open => rules.Rewrite(open, ApplyOwn(ApplyShared(open, labels, media))))
        .Then(open => rules.Plan(open, IsDated ? ScheduledAt?.ToUniversalTime() : open.ScheduledAt, PublishAtScheduledDate))
        .Then(open => Approved switch
        {
            true => rules.Approve(open, approver!),
            false when open.Approvals.Length > 0 => rules.Reject(open, approver!),
            _ => open,
        });

    /// <summary>What becomes of another post of its synced group. An archived one takes a date, and no schedule.</summary>
    internal Ruling Follow(Post post, Post edited, ApprovalRules rules, Label[] labels, MediaBatch media) =>
        rules.Rewrite(post, ApplyToSibling(post, labels, media))
        .Then(open => !IsDated && PublishAtScheduledDate is null ? open
            : rules.Plan(open, edited.ScheduledAt, open.Archived ? null : PublishAtScheduledDate));

    internal static string? Cleared(string? given, string? before) => given is "" ? null : given ?? before;
}

/// <summary>What to change of what a pin needs besides text and media. What is left out stays as it is.</summary>
public sealed record PinEdit
{
    /// <summary>The board, as Pinterest names it; needed where the post has none yet.</summary>
    /// <example>549755885175</example>
    [Characters(200, Least = 1)]
    public string? BoardId { get; init; }

    /// <summary>The pin's title; an empty text for none.</summary>
    [Characters(100)]
    public string? Title { get; init; }

    /// <summary>Where the pin leads.</summary>
    [Url, Characters(2_048)]
    public string? Link { get; init; }

    /// <summary>The pin's description; an empty text for none.</summary>
    [Characters(500)]
    public string? Description { get; init; }

    /// <summary>What becomes of what there is; null where that names no board.</summary>
    internal NewPin? Apply(NewPin? pin) => (BoardId ?? pin?.BoardId) is not { } board ? null : new()
    {
        BoardId = board,
        Title = PostEdit.Cleared(Title, pin?.Title),
        Link = Link ?? pin?.Link,
        Description = PostEdit.Cleared(Description, pin?.Description),
    };
}
