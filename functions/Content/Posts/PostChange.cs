using Azure;

namespace Planable.Content.Posts;

/// <summary>A post before and after a change.</summary>
/// <param name="Version">The ETag of the row as read; the write fails if it has changed.</param>
sealed record PostChange(ETag Version, Post Before, Post After)
{
    /// <summary>The changed fields, by their JSON names.</summary>
    public string[] Fields { get; } = [.. Content(Before, After), .. Rest(Before, After)];

    public bool IsApproval => After.Approvals.Except(Before.Approvals).Any();

    /// <summary>
    /// Whether the changed post must be valid for its network: when it is scheduled, and it was not before, is tried again or has other
    /// content.
    /// </summary>
    public bool MustBeValid => After.ScheduledSet
        && (!Before.ScheduledSet || Before.Delivery != After.Delivery || Content(Before, After).Any());

    /// <summary>The change with the revision incremented.</summary>
    public PostChange Raised(DateTimeOffset now) => this with { After = After with { Revision = Before.Revision + 1, ModifiedAt = now } };

    /// <summary>
    /// The changes of a group in which a post becomes team-only, or visible to clients: each post stores the pages of the team-only ones.
    /// </summary>
    /// <param name="group">The whole group, as read.</param>
    public static PostChange[] WithTeamPages(List<StoredPost> group, PostChange[] changes, DateTimeOffset now)
    {
        var all = group.ConvertAll(
            one => Array.Find(changes, change => change.Before == one.Post) ?? new(one.ETag, one.Post, one.Post));
        string[] pages = [.. all.Where(change => change.After.TeamOnly).Select(change => change.After.Page)];
        return [.. all.Select(
            change => change with { After = change.After with { TeamPages = pages is [] ? null : pages, ModifiedAt = now } })];
    }

    /// <summary>The changed content fields, which approval may lock and whose change withdraws it.</summary>
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
