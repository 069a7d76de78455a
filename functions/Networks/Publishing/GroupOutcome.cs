using Planable.Content.Events;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Networks.Publishing;

/// <summary>Logs that a group was published in part: no post waits any more, and some are published and some have failed.</summary>
sealed class GroupOutcome(PostStore posts, EventLog events)
{
    /// <summary>Can be called again: the group's latest attempt names the write, so it happens once.</summary>
    public async Task LogAsync(string workspace, string group, CancellationToken cancel)
    {
        var all = (await posts.GroupAsync(new(workspace, Ids.Member(group, 0)), cancel)).ConvertAll(one => one.Post);
        if (all.Find(post => post.Delivery is Delivery.Failed) is not { } failed
            || !all.Exists(post => post.Delivery is Delivery.Published)
            || all.Exists(post => post.Delivery is Delivery.Publishing || post.GoesOutAt is not null))
        {
            return;
        }
        var latest = all.Select(post => post.Publishing?.Attempt).OfType<string>().Order(StringComparer.Ordinal).First();
        await events.LogOnceAsync(workspace, latest, PostEvents.Of(failed, EventTypes.PartiallyPublished), cancel);
    }
}
