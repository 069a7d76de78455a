using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Campaigns;

/// <summary>
/// Campaigns. Table content, partition = workspace: rows <c>campaign~</c>key, newest first; and the row <c>campaign</c>, whose ETag is an
/// optimistic lock on their number if the plan limits it.
/// </summary>
sealed class CampaignStore(Tables tables, Outbox outbox, CompanyStore companies, CompanyDirectory directory, TimeProvider time)
{
    const string Guard = "campaign";

    public async Task<(List<Campaign> Campaigns, bool HasMore)> ListAsync(
        string workspace, CampaignStatus? status, int offset, int limit, CancellationToken cancel)
    {
        var take = status is null ? (int?)Math.Min(int.MaxValue, (long)offset + limit + 1) : null;
        var found = await tables.Content.RangeAsync(workspace, Campaign.Prefix, take: take, cancel: cancel)
            .Select(row => row.Read(CampaignStoredJson.Default.Campaign)).Where(campaign => (status ?? campaign.Status) == campaign.Status)
            .Skip(offset).Take(limit + 1).ToListAsync(cancel);
        return (found[..Math.Min(limit, found.Count)], found.Count > limit);
    }

    public async Task<Campaign?> FindAsync(Id id, CancellationToken cancel) =>
        (await RowAsync(id, cancel))?.Read(CampaignStoredJson.Default.Campaign);

    public Task<Outcome<Data<CampaignResponse>>> CreateAsync(
        Workspace workspace, Caller caller, NewCampaign wanted, OperationId operation, CancellationToken cancel)
    {
        var campaign = wanted.ToCampaign(Ids.NewKey(time), time.GetUtcNow());
        return outbox.CommitAsync(
            tables.Content, workspace.Key, operation, CampaignApiJson.Default.DataCampaignResponse, PrepareAsync, cancel);

        async Task<Outcome<Commit<Data<CampaignResponse>>>> PrepareAsync()
        {
            List<TableTransactionAction> actions = [new(TableTransactionActionType.Add, Row(workspace.Key, campaign))];
            if (caller.Plan.Limits().Campaigns is { } most)
            {
                var there = await tables.Content.RangeAsync(
                    workspace.Key, Guard, select: ["PartitionKey", "RowKey", "Timestamp"], cancel: cancel)
                    .ToListAsync(cancel);
                var guard = there.Find(row => row.RowKey == Guard);
                if (there.Count - (guard is null ? 0 : 1) >= most)
                {
                    return Problems.Forbidden(
                        $"The {caller.Plan} plan allows {most} campaigns per workspace{(most > 0 ? ", and this one has them" : "")}.");
                }
                actions.Add(guard is null ? new(TableTransactionActionType.Add, new TableEntity(workspace.Key, Guard))
                    : new(TableTransactionActionType.UpdateReplace, guard, guard.ETag));
            }
            return new Commit<Data<CampaignResponse>>(new(CampaignResponse.Of(campaign, workspace.Key)), actions);
        }
    }

    public Task<Outcome<Data<CampaignResponse>>> UpdateAsync(Id id, CampaignChange change, OperationId operation, CancellationToken cancel)
    {
        return outbox.CommitAsync(
            tables.Content, id.Partition, operation, CampaignApiJson.Default.DataCampaignResponse, PrepareAsync, cancel);

        async Task<Outcome<Commit<Data<CampaignResponse>>>> PrepareAsync()
        {
            if (await RowAsync(id, cancel) is not { } row)
            {
                return Problems.NotFound("campaign");
            }
            var changed = change.Of(row.Read(CampaignStoredJson.Default.Campaign));
            return changed.EndsBeforeItStarts ? Problems.Invalid("endedAt", NewCampaign.EndsTooEarly)
                : new Commit<Data<CampaignResponse>>(new(CampaignResponse.Of(changed, id.Partition)),
                    [new(TableTransactionActionType.UpdateReplace, Row(id.Partition, changed), row.ETag)]);
        }
    }

    /// <summary>
    /// Deletes a campaign. Its posts are removed from it later; until then the workspace's list of deleted campaigns hides it in answers.
    /// </summary>
    public async Task<Outcome<Done>> DeleteAsync(Id id, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var outcome = await outbox.CommitAsync(
            tables.Content, id.Partition, operation, ApiJson.Default.Done, PrepareAsync, cancel, CampaignDeletion.Of(id, caller));
        directory.Forget(caller.CompanyKey);
        return outcome;

        async Task<Outcome<Commit<Done>>> PrepareAsync() => await RowAsync(id, cancel) is { } row
            ? new Commit<Done>(new(), [new(TableTransactionActionType.Delete, row, ETag.All)],
                Meanwhile: () => companies.ShowCampaignDeletedAsync(id.Partition, id.Key, cancel))
            : Problems.NotFound("campaign");
    }

    Task<TableEntity?> RowAsync(Id id, CancellationToken cancel) =>
        tables.Content.FindAsync(id.Partition, Campaign.Prefix + id.Key, cancel);

    static TableEntity Row(string workspace, Campaign campaign) =>
        new TableEntity(workspace, Campaign.Prefix + campaign.Key).With(campaign, CampaignStoredJson.Default.Campaign);
}

static class CampaignServices
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services) =>
        services.AddApiJson(CampaignApiJson.Default).AddSingleton<CampaignStore>();
}
