using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Content.Campaigns;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>Resolves the labels and the campaign in a request for a post; they must be in the post's workspace.</summary>
sealed class PostReferences(CampaignStore campaigns, LabelStore labels)
{
    /// <returns>The labels, or a problem that names the field that was not found.</returns>
    /// <param name="isCampaignChecked">Whether to read the campaign. If not, the transaction fails if it does not exist.</param>
    public async Task<Outcome<Label[]>> ResolveReferencesAsync(
        string workspace, string[]? labelIds, string? campaignId, bool isCampaignChecked, CancellationToken cancel)
    {
        var isCampaign = IdKind.Campaign.TryParse(campaignId, out var campaign) && campaign.Partition == workspace;
        var known = isCampaign && isCampaignChecked ? campaigns.FindAsync(campaign, cancel) : null;
        var found = await labels.ChooseAsync(workspace, labelIds ?? [], cancel);
        var exists = campaignId is null || (isCampaign && (known is null || await known is not null));
        return exists ? found : Problems.NotFound("campaign", "campaignId");
    }
}
