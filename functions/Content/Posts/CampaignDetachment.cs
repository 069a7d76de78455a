using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Events;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Removes posts from a deleted campaign in batches until its index is empty. No post can be added to a deleted campaign.
/// </summary>
sealed class CampaignDetachment(Tables tables, PostStore posts, CompanyStore companies, EventLog events, TimeProvider time)
    : IEventHandler
{
    /// <summary>
    /// Index rows that are read at a time, and the rows of a transaction beside the two of its events. A group of 20 needs at most 85.
    /// </summary>
    const int AtOnce = 16, MostRows = 98;

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        var (workspace, campaign, user, token) = CampaignDeletion.Parse(happened);
        await companies.ShowCampaignDeletedAsync(workspace, campaign, cancel);
        foreach (var range in PostIndex.RangesOfCampaign(campaign))
        {
            await EmptyAsync(range);
        }
        await companies.ForgetCampaignAsync(workspace, campaign, cancel);
        return null;

        async Task EmptyAsync(string range)
        {
            var conflicts = 0;
            while (await tables.Content.RangeAsync(
                workspace, range, take: AtOnce, select: ["PartitionKey", "RowKey"], cancel: cancel).ToListAsync(cancel)
                is { Count: > 0 } rows)
            {
                var groups = await rows.EachAsync(
                    (row, stop) => posts.GroupAsync(new(workspace, Ids.Member(row.RowKey[range.Length..], 0)), stop).AsTask(),
                    cancel, AtOnce);
                var count = 0;
                var some = rows.Zip(groups, Detached).TakeWhile(one => (count += one.Actions.Length) <= MostRows).ToArray();
                var told = await events.DraftAsync(workspace, some.SelectMany(one => one.Events), cancel, user);
                try
                {
                    await tables.Content.SubmitTransactionAsync([.. some.SelectMany(one => one.Actions), .. told], cancel);
                }
                catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
                {
                    // One of the posts was changed after it was read.
                    await Backoff.Contention.WaitAsync(++conflicts, time, cancel);
                }
            }
        }

        (TableTransactionAction[] Actions, LoggedEvent[] Events) Detached(TableEntity row, List<StoredPost> group)
        {
            var now = time.GetUtcNow();
            var detached = group.Select(one => new PostWrite(one, one.Post.Campaign != campaign ? one.Post
                : one.Post with { Campaign = null, Revision = one.Post.Revision + 1, ModifiedAt = now })).ToArray();
            Post[] changed = [.. detached.Where(one => one.IsChanged).Select(one => one.After!)];
            return changed.Length == 0 ? ([new(TableTransactionActionType.Delete, row, ETag.All)], []) :
            (
                [
                    .. PostStore.Written(detached),
                    .. changed.Select(post => ActivityFeed.Row(
                        workspace, user, token, Ids.NewKey(time), now, PostAction.CAMPAIGN_DETACHED, [post.Key], fields: ["campaignId"])),
                ],
                [.. changed.Select(post => PostEvents.Of(post, EventTypes.PostUpdated, ["campaignId"]))]);
        }
    }

    /// <summary>Runs when this call did not delete the campaign. If another call did, that call's own event cleans up.</summary>
    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel)
    {
        var (workspace, campaign, _, _) = CampaignDeletion.Parse(planned);
        await companies.ForgetCampaignAsync(workspace, campaign, cancel);
        return null;
    }
}
