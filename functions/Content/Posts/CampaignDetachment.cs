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
/// Takes posts out of a campaign that was deleted: some at a time, until its index is empty,
/// for none can enter it any more.
/// </summary>
sealed class CampaignDetachment(Tables tables, PostStore posts, CompanyStore companies, TimeProvider time) : IEventHandler
{
    /// <summary>Posts a transaction: each takes four of its hundred rows.</summary>
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
                // Somebody changed one of them meanwhile.
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

    /// <summary>The campaign was not deleted after all, or by another call, whose own event forgets it.</summary>
    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel)
    {
        var (workspace, campaign, _, _) = CampaignDeletion.Parse(planned);
        await companies.ForgetCampaignAsync(workspace, campaign, cancel);
        return null;
    }
}
