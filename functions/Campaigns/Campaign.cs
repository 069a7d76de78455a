namespace Planable.Campaigns;

/// <summary>A campaign as stored: what posts belong to. Table content, partition = workspace: row <c>campaign~</c>own.</summary>
sealed record Campaign(string Own, string Name)
{
    public const string Prefix = "campaign~";
}
