using Planable.Company.Workspaces;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Due entries of posts: one names the posts of a group, a post of its own being a group of one. While a post is scheduled or being
/// published there is an entry at the moment it is due, or sooner, or a lease later.
/// </summary>
static class PostSchedule
{
    public const string Kind = "post";

    /// <summary>Has the posts that a post's id belongs with looked at when a moment has come, or at once where it is past.</summary>
    public static Task AddPostsAsync(this DueIndex due, string workspace, string key, DateTimeOffset at, CancellationToken cancel) =>
        due.AddAsync([due.NewForPosts(workspace, key, at)], cancel);

    public static DueEntry NewForPosts(this DueIndex due, string workspace, string key, DateTimeOffset at) =>
        due.New(Kind, workspace + key[..IdKind.Group.KeyLength], at);

    /// <summary>The workspace's key, and what the keys of the posts begin with.</summary>
    public static Id GroupOf(DueEntry entry) =>
        new(entry.Subject[..IdKind.Group.PartitionLength], entry.Subject[IdKind.Group.PartitionLength..]);
}

/// <summary>Removes the due entries of a workspace's scheduled posts. Another that should be left is removed when it is met.</summary>
sealed class PostScheduleRemoval(PostStore posts, DueIndex due) : IWorkspaceData
{
    const int AtOnce = 100;

    public async Task RemoveAsync(string workspace, CancellationToken cancel)
    {
        var scheduled = posts.RangeAsync(workspace, cancel: cancel).Select(one => one.Post)
            .Where(post => post is { ScheduledSet: true, ScheduledAt: not null });
        await foreach (var some in scheduled.Chunk(AtOnce).WithCancellation(cancel))
        {
            await due.RemoveAsync(some.Select(post => due.NewForPosts(post.Workspace, post.Key, post.ScheduledAt!.Value)), cancel);
        }
    }
}
