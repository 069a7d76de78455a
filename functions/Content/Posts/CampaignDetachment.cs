using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>
/// Removes posts from a deleted campaign in batches until its index is empty. No post can be added to a deleted campaign.
/// </summary>
sealed class CampaignDetachment(Tables tables, PostStore posts, CompanyStore companies, TimeProvider time) : IEventHandler
{
    /// <summary>Posts per transaction: each needs four of its 100 rows.</summary>
    const int AtOnce = 20;

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        var (workspace, campaign, user, token) = CampaignDeletion.Parse(happened);
        await companies.ShowCampaignDeletedAsync(workspace, campaign, cancel);
        var index = $"{PostIndex.ByCampaign}{campaign}~";
        var conflicts = 0;
        while (await tables.Content.RangeAsync(
            workspace, index, take: AtOnce, select: ["PartitionKey", "RowKey"], cancel: cancel).ToListAsync(cancel)
            is { Count: > 0 } some)
        {
            var found = await some.EachAsync(
                (entry, stop) => posts.ReadAsync(new(workspace, entry.RowKey[index.Length..].Split('~')[0]), stop), cancel, AtOnce);
            try
            {
                await tables.Content.SubmitTransactionAsync(
                    [
                        .. some.Select(entry => new TableTransactionAction(TableTransactionActionType.Delete, entry, ETag.All)),
                        .. found.OfType<StoredPost>().SelectMany(Detached),
                    ], cancel);
            }
            catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
            {
                // One of the posts was changed after it was read.
                await Backoff.Contention.WaitAsync(++conflicts, time, cancel);
            }
        }
        await companies.ForgetCampaignAsync(workspace, campaign, cancel);
        return null;

        TableTransactionAction[] Detached(StoredPost stored)
        {
            var (now, post) = (time.GetUtcNow(), stored.Post);
            var detached = post with { Campaign = null, Revision = post.Revision + 1, ModifiedAt = now };
            return post.Campaign != campaign ? [] :
            [
                PostStore.Changed(detached, stored.ETag), new(TableTransactionActionType.Add, PostIndex.CampaignRow(detached)),
                ActivityFeed.Row(workspace, user, token, Ids.NewKey(time), now,
                    PostAction.CAMPAIGN_DETACHED, [post.Key], fields: ["campaignId"]),
            ];
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
