using Planable.Company.Workspaces;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Due entries of posts. An entry is for all posts of a group; a single post is a group of one. While a post is scheduled or being
/// published, there is an entry at its date or earlier, or, while it is being handled, a lease later.
/// </summary>
static class PostSchedule
{
    public const string Kind = "post";

    /// <summary>Adds a due entry for a post's group at a time; a time in the past means at once.</summary>
    public static Task AddPostsAsync(this DueIndex due, string workspace, string key, DateTimeOffset at, CancellationToken cancel) =>
        due.AddAsync([due.NewForPosts(workspace, key, at)], cancel);

    public static DueEntry NewForPosts(this DueIndex due, string workspace, string key, DateTimeOffset at) =>
        due.New(Kind, workspace + key[..IdKind.Group.KeyLength], at);

    /// <summary>The workspace's key, and the key prefix of the group's posts.</summary>
    public static Id GroupOf(DueEntry entry) =>
        IdKind.Group.Split(entry.Subject);
}

/// <summary>Removes the due entries of a workspace's scheduled posts. Any others are removed when they fall due.</summary>
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
