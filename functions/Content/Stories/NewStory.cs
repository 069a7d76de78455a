using System.ComponentModel.DataAnnotations;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Platform.Http;

namespace Planable.Content.Stories;

/// <summary>A story to create.</summary>
public sealed record NewStory : IValidatableObject
{
    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>The page, on Instagram or Facebook.</summary>
    /// <example>pg_wpdyety5tgkwd6ycz1z6gejp1zyzvf0</example>
    [Required, MinLength(1)]
    public string PageId { get; init; } = null!;

    /// <summary>
    /// The public http(s) URL of an image or a video of up to 100 MB, not a GIF; or a list of 1 to 20 such URLs, for a group of frames in
    /// that order. They are imported as by <c>POST /media</c>.
    /// </summary>
    /// <example>["https://example.com/beans.jpg", "https://example.com/roasting.mp4"]</example>
    [Required]
    public OneOrMany Media { get; init; } = null!;

    /// <summary>Stickers to add by hand to each frame.</summary>
    [MaxLength(20)]
    public IReadOnlyList<Sticker>? Stickers { get; init; }

    /// <summary>The planned date, with its offset from UTC; a past date is stored as it is.</summary>
    /// <example>2030-01-01T09:00:00+02:00</example>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Ids of labels of the workspace.</summary>
    [MaxLength(500)]
    public string[]? Labels { get; init; }

    /// <summary>Whether it is hidden from client members; the workspace's setting by default.</summary>
    public bool? TeamOnly { get; init; }

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
    /// Requires the permission PUBLISH. False by default.
    /// </summary>
    public bool? PublishAtScheduledDate { get; init; }

    /// <summary>
    /// Whether webhooks and mails tell of it, and the activity feed marks it as <c>notified</c>. True by default.
    /// </summary>
    public bool? Notify { get; init; }

    /// <summary>A comment added to each frame, hidden from client members; none if it is blank.</summary>
    [Characters(8_000)]
    public string? InternalNote { get; init; }

    /// <summary>The URLs of its frames, in order.</summary>
    internal MediaSource[] Sources =>
        [.. Media.Values.Select((url, index) => new MediaSource(Media.IsList ? $"media[{index}]" : "media", url, Story.Kinds))];

    /// <summary>The request for the posts of its frames.</summary>
    internal NewPost ToPost() => new()
    {
        Story = this,
        WorkspaceId = WorkspaceId,
        PageId = PageId,
        ScheduledAt = ScheduledAt,
        Labels = Labels,
        TeamOnly = TeamOnly,
        Approved = Approved,
        ApprovedBy = ApprovedBy,
        PublishAtScheduledDate = PublishAtScheduledDate,
        Notify = Notify,
        InternalNote = InternalNote,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Media?.Values.Length is 0 or > OneOrMany.Most)
        {
            yield return new($"Must have 1 to {OneOrMany.Most} URLs.", [nameof(Media)]);
        }
        foreach (var result in ToPost().Validate(validationContext))
        {
            yield return result;
        }
    }
}
