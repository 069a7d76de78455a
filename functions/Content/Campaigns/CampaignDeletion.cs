using Planable.Company.Tokens;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Campaigns;

/// <summary>A deleted campaign, with the user and the token that deleted it.</summary>
sealed record CampaignDeletion(string Workspace, string Campaign, string User, string Token)
{
    public const string Deleted = "campaign-deleted";

    public static DomainEvent Of(Id campaign, Caller caller) =>
        new(Deleted, $"{campaign.Partition}~{campaign.Key}~{caller.Creator.Key}~{caller.TokenId}");

    public static CampaignDeletion Parse(DomainEvent happened) =>
        happened.Subject.Split('~') is [var workspace, var campaign, var user, var token] ? new(workspace, campaign, user, token)
        : throw new InvalidDataException("The subject of a campaign-deleted event is malformed.");
}
