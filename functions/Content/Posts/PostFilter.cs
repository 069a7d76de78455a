using Planable.Company.Companies;

namespace Planable.Content.Posts;

/// <summary>The filters of a list of posts; null does not filter.</summary>
readonly record struct PostFilter
{
    /// <summary>Whether team-only posts are left out.</summary>
    public bool ForClients { get; init; }

    /// <summary>The key of a page.</summary>
    public string? Page { get; init; }

    /// <summary>The key of a campaign, or <see cref="PostIndex.NoCampaign"/>.</summary>
    public string? Campaign { get; init; }

    public PostStatus? Status { get; init; }

    public ApprovalStatus? Approval { get; init; }

    public DateTimeOffset? ScheduledAfter { get; init; }

    public DateTimeOffset? ScheduledBefore { get; init; }

    public DateTimeOffset? UpdatedSince { get; init; }

    /// <summary>The key of a label.</summary>
    public string? Label { get; init; }

    /// <summary>Whether it filters by date; such lists are sorted by date, earliest first.</summary>
    public bool IsByDate => (ScheduledAfter ?? ScheduledBefore) is not null;

    /// <summary>Whether it filters by nothing but page and campaign.</summary>
    public bool IsByPlace => !IsByDate && (Status, Approval, UpdatedSince, Label) is (null, null, null, null);

    /// <summary>Whether one range of keys has just what matches; otherwise posts are scanned and tested.</summary>
    public bool IsExact => (Status, Approval, UpdatedSince, Label) is (null, null, null, null)
        && (IsByDate, Page is not null, Campaign is not null) is (_, false, false) or (false, true, false) or (false, false, true);

    /// <summary>Whether no index helps, so that all posts are scanned.</summary>
    public bool IsUnindexed => !IsByDate && (Page, Campaign) is (null, null);

    /// <summary>Whether a post matches. Dates are not tested here: the date index selects by them.</summary>
    public bool Matches(Post post, Workspace workspace) => !(ForClients && post.TeamOnly)
        && (Page ?? post.Page) == post.Page
        && (Campaign is null || Campaign == PostIndex.CampaignOf(post))
        && (Status ?? post.Status) == post.Status
        && !(post.ModifiedAt < UpdatedSince)
        && (Label is not { } label || Array.Exists(post.Labels, one => one.Key == label))
        && (Approval is not { } approval || ApprovalState.Of(post, workspace).Status == approval);
}

/// <param name="Next">The cursor of the next page; null if there is none, or if the limit is 0 and no cursor was sent.</param>
sealed record PostPage(IReadOnlyList<Post> Posts, bool HasMore, string? Next);
