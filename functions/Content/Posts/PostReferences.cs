using Planable.Company.Labels;
using Planable.Content.Campaigns;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Content.Posts;

/// <summary>What a request names for a post besides its pages: labels and a campaign, all of the post's workspace.</summary>
sealed class PostReferences(CampaignStore campaigns, LabelStore labels)
{
    /// <returns>The labels; a problem that names the field where something is not there.</returns>
    /// <param name="isCampaignChecked">Whether to look for the campaign; else the transaction fails where it is not there.</param>
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
