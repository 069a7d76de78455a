using Planable.Company.Companies;

namespace Planable.Content.Posts;

/// <summary>Which posts a list is about. What is null does not matter.</summary>
readonly record struct PostFilter
{
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

    /// <summary>Whether it is about dates; such lists go by them, the earliest first.</summary>
    public bool IsByDate => (ScheduledAfter ?? ScheduledBefore) is not null;

    /// <summary>Whether the keys of an index say it all; else posts are looked at.</summary>
    public bool IsOfKeys => !IsByDate && (Status, Approval, UpdatedSince, Label) is (null, null, null, null);

    /// <summary>Whether no index narrows it: it is found among all posts.</summary>
    public bool IsOfPosts => !IsByDate && (Page, Campaign) is (null, null);

    /// <summary>Whether a post is one of them; when it is scheduled is for the index of dates to say.</summary>
    public bool Takes(Post post, Workspace workspace) =>
        (Page ?? post.Page) == post.Page
        && (Campaign is null || Campaign == PostIndex.CampaignOf(post))
        && (Status ?? post.Status) == post.Status
        && !(post.ModifiedAt < UpdatedSince)
        && (Label is not { } label || Array.Exists(post.Labels, one => one.Key == label))
        && (Approval is not { } approval || ApprovalState.Of(post, workspace).Status == approval);
}

/// <param name="Next">The cursor of the next part; null where none follows, or nothing was asked for.</param>
sealed record PostPage(IReadOnlyList<Post> Posts, bool HasMore, string? Next);
