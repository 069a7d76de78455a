using Azure;

namespace Planable.Content.Posts;

/// <summary>A post as it was read, and what becomes of it.</summary>
/// <param name="Version">That of the row as it was read, which must still be so.</param>
sealed record PostChange(ETag Version, Post Before, Post After)
{
    /// <summary>What changes, by the names that callers use.</summary>
    public string[] Fields { get; } = [.. Content(Before, After), .. Rest(Before, After)];

    public bool IsApproval => After.Approvals.Except(Before.Approvals).Any();

    /// <summary>
    /// Whether what it makes must be a post that its network takes: what is to be published,
    /// where the content or that changes.
    /// </summary>
    public bool IsToBeTaken => After.ScheduledSet && (!Before.ScheduledSet || Content(Before, After).Any());

    /// <summary>The change as the next version of the post.</summary>
    public PostChange Raised(DateTimeOffset now) => this with { After = After with { Revision = Before.Revision + 1, ModifiedAt = now } };

    /// <summary>What changes of the content, which approval may lock.</summary>
    public static IEnumerable<string> Content(Post before, Post after) => Named(
        ("text", before.Text != after.Text),
        ("media", !before.Media.Select(one => one.Key).SequenceEqual(after.Media.Select(one => one.Key))),
        ("videoThumbnail", before.VideoThumbnail?.Key != after.VideoThumbnail?.Key),
        ("pinterest", before.Pinterest != after.Pinterest),
        ("linkedinPdfTitle", before.LinkedinPdfTitle != after.LinkedinPdfTitle),
        ("linkedinVideoTitle", before.LinkedinVideoTitle != after.LinkedinVideoTitle));

    static IEnumerable<string> Rest(Post before, Post after) => Named(
        ("scheduledAt", before.ScheduledAt != after.ScheduledAt),
        ("publishAtScheduledDate", before.ScheduledSet != after.ScheduledSet || before.Delivery != after.Delivery),
        ("labels", !before.Labels.SequenceEqual(after.Labels)),
        ("campaignId", before.Campaign != after.Campaign),
        ("teamOnly", before.TeamOnly != after.TeamOnly),
        ("archived", before.Archived != after.Archived),
        ("approved", !before.Approvals.SequenceEqual(after.Approvals)));

    static IEnumerable<string> Named(params IEnumerable<(string Field, bool Changes)> all) =>
        all.Where(one => one.Changes).Select(one => one.Field);
}
