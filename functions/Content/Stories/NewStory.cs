using System.ComponentModel;
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
    /// The public http(s) address of an image or a video of up to 100 MB, no GIF; or a list of 1 to 20 such addresses, which makes a group
    /// of frames in that order. They are brought into the workspace as by <c>POST /media</c>.
    /// </summary>
    /// <example>["https://example.com/beans.jpg", "https://example.com/roasting.mp4"]</example>
    [Required]
    public OneOrMany Media { get; init; } = null!;

    /// <summary>What is to be put on it by hand; on each of its frames.</summary>
    [MaxLength(20)]
    public IReadOnlyList<Sticker>? Stickers { get; init; }

    /// <summary>The planned date, with its offset from UTC; past ones are kept as they are.</summary>
    /// <example>2030-01-01T09:00:00+02:00</example>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Ids of labels of the workspace.</summary>
    [MaxLength(50)]
    public string[]? Labels { get; init; }

    /// <summary>Whether client members do not see it; what the workspace says unless given.</summary>
    public bool? TeamOnly { get; init; }

    /// <summary>True approves it: at the first level, where the workspace has levels.</summary>
    public bool? Approved { get; init; }

    /// <summary>The approver; who made the token unless given. Only the tokens of Owners and Administrators approve for others.</summary>
    /// <example>usr_wpdyety5ycz1z6gejp1zyzvf0</example>
    [MinLength(1)]
    public string? ApprovedBy { get; init; }

    /// <summary>
    /// Whether to publish at <c>scheduledAt</c>, if its approval allows it then; the date may be 5 minutes past. Takes the permission
    /// PUBLISH.
    /// </summary>
    [DefaultValue(false)]
    public bool? PublishAtScheduledDate { get; init; }

    /// <summary>Whether the activity feed marks it as <c>notified</c>. There are no webhooks and no notifications yet.</summary>
    [DefaultValue(true)]
    public bool? Notify { get; init; }

    /// <summary>A comment on each of its frames that client members do not see.</summary>
    [Characters(8_000)]
    public string? InternalNote { get; init; }

    /// <summary>The URLs of its frames, in order.</summary>
    internal MediaSource[] Sources =>
        [.. Media.Values.Select((url, index) => new MediaSource(Media.IsList ? $"media[{index}]" : "media", url, Story.Kinds))];

    /// <summary>The posts that its frames are.</summary>
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
            yield return new($"Must have 1 to {OneOrMany.Most} addresses.", [nameof(Media)]);
        }
        if (Stickers?.Contains(null!) is true)
        {
            yield return new("Must not contain null.", [nameof(Stickers)]);
        }
        foreach (var result in ToPost().Validate(validationContext))
        {
            yield return result;
        }
    }
}
