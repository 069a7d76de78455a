using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>Takes posts out of a campaign that was deleted: some at a time, until its index is empty, for none can enter it any more.</summary>
sealed class CampaignDetachment(Tables tables, CompanyStore companies, TimeProvider time) : IFollowUp
{
    public const string Kind = "detach-campaign";

    /// <summary>Posts a transaction: each takes four of its hundred rows.</summary>
    const int AtOnce = 20;

    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>What follows the deletion of a campaign, and by whom it is done.</summary>
    public static FollowUp Of(Id campaign, Caller caller) => new(Kind, $"{campaign.Place}~{campaign.Own}~{caller.Creator.Key}~{caller.TokenId}");

    public async Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel)
    {
        var (workspace, campaign, user, token) = Parse(followUp);
        await companies.ShowCampaignDeletedAsync(workspace, campaign, cancel);
        var index = $"{PostIndex.ByCampaign}{campaign}~";
        while (await tables.Content.RangeAsync(workspace, index, take: AtOnce, select: ["PartitionKey", "RowKey"], cancel: cancel).ToListAsync(cancel)
            is { Count: > 0 } some)
        {
            var rows = await some.EachAsync(
                (entry, stop) => tables.Content.FindAsync(workspace, PostStore.Prefix + entry.RowKey[index.Length..].Split('~')[0], stop), cancel, AtOnce);
            try
            {
                await tables.Content.SubmitTransactionAsync(
                    [
                        .. some.Select(entry => new TableTransactionAction(TableTransactionActionType.Delete, entry, ETag.All)),
                        .. rows.OfType<TableEntity>().SelectMany(row => Detached(row, row.Read(StoredJson.Default.Post))),
                    ], cancel);
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                // Somebody changed one of them meanwhile.
                await Task.Delay(Random.Shared.NextDouble() * LongestPause, time, cancel);
            }
        }
        await companies.ForgetCampaignAsync(workspace, campaign, cancel);
        return null;

        TableTransactionAction[] Detached(TableEntity row, Post post)
        {
            var now = time.GetUtcNow();
            var detached = post with { Campaign = null, Revision = post.Revision + 1, ModifiedAt = now };
            return post.Campaign != campaign ? [] :
            [
                PostStore.Change(row, detached), new(TableTransactionActionType.Add, PostIndex.CampaignRow(detached)),
                ActivityFeed.Row(workspace, user, token, Ids.NewOwn(time), now, PostAction.CAMPAIGN_DETACHED, [post.Own], fields: ["campaignId"]),
            ];
        }
    }

    /// <summary>The campaign was not deleted after all, or by another call, whose own message forgets it.</summary>
    public Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel)
    {
        var (workspace, campaign, _, _) = Parse(followUp);
        return companies.ForgetCampaignAsync(workspace, campaign, cancel);
    }

    static (string Workspace, string Campaign, string User, string Token) Parse(FollowUp followUp) =>
        followUp.Subject.Split('~') is [var workspace, var campaign, var user, var token] ? (workspace, campaign, user, token)
        : throw new InvalidDataException("A message about a deleted campaign names no campaign.");
}
