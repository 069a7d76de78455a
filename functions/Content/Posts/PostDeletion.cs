using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Events;
using Planable.Content.Pages;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>Deletes a post. The other posts of its group stay, and the quota it used is not returned.</summary>
sealed class PostDeletion(Tables tables, Outbox outbox, PostStore posts, PageStore pages, TimeProvider time)
{
    /// <summary>A post was deleted; the event's subject is its id. Features that store data of the post remove it.</summary>
    public const string Deleted = "post-deleted";

    public Task<Outcome<Done>> DeleteAsync(Id id, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var (activityId, now) = (Ids.NewKey(time), time.GetUtcNow());
        var told = EventDraft.Of(caller, id.Partition, time);
        return outbox.CommitAsync(
            tables.Content, id.Partition, operation, ApiJson.Default.Done, PrepareAsync, cancel,
            [new(Deleted, IdKind.Post.Format(id.Partition, id.Key)), .. told.Announced]);

        async Task<Outcome<Commit<Done>>> PrepareAsync()
        {
            var head = pages.CountersAsync(id.Partition, cancel);
            var group = await posts.GroupAsync(id, cancel);
            var counters = await head;
            if (group.Find(one => one.Post.Key == id.Key) is not { Post: { } post } || !caller.Sees(post))
            {
                return Problems.NotFound("post");
            }
            if (post.Delivery is Delivery.Publishing)
            {
                return Problems.PublishingInProgress();
            }
            if (caller.CheckPublish(post, null) is { } forbidden)
            {
                return forbidden;
            }
            return new Commit<Done>(new(),
            [
                counters.Action(counters.Deleted(post.TeamOnly)),
                .. PostStore.Written(group.Select(one => new PostWrite(one, one.Post.Key == id.Key ? null : Without(one.Post)))),
                ActivityFeed.Row(id.Partition, caller, activityId, now, PostAction.DELETED, [id.Key]),
                .. told.Row(PostEvents.Of(post, EventTypes.PostDeleted)),
            ]);

            // All frames of a story are on one page.
            Post Without(Post other) => other with
            {
                ModifiedAt = now,
                GroupPages = post.IsStory ? other.GroupPages : [.. other.GroupPages!.Where(page => page != post.Page)],
            };
        }
    }
}
