using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Platform.Http;

namespace Planable.Content.Campaigns;

/// <summary>A campaign as stored. Posts can belong to one. Table content, partition = workspace: row <c>campaign~</c>key.</summary>
sealed record Campaign([property: JsonPropertyName("own")] string Key, string Name)
{
    public const string Prefix = "campaign~";

    public CampaignStatus Status { get; init; }

    public CampaignIcon Icon { get; init; }

    public string Color { get; init; } = NewCampaign.UsualColor;

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? Description { get; init; }

    public CampaignLink[] Links { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    [JsonIgnore]
    public bool EndsBeforeItStarts => EndedAt < StartedAt;

    /// <summary>An action for a transaction that adds posts to a campaign: it fails the transaction if the campaign was deleted.</summary>
    public static TableTransactionAction[] MustExist(string workspace, string? key) =>
        key is null ? [] : [new(TableTransactionActionType.UpdateMerge, new TableEntity(workspace, Prefix + key), ETag.All)];
}

sealed record CampaignLink(string Url, string? Title);

/// <summary>A campaign's status.</summary>
[JsonConverter(typeof(CampaignStatusConverter))]
public enum CampaignStatus
{
    planned,
    active,
    paused,
    completed,
    archived,
}

public sealed class CampaignStatusConverter : NameConverter<CampaignStatus>;

/// <summary>A campaign's icon.</summary>
[JsonConverter(typeof(CampaignIconConverter))]
public enum CampaignIcon
{
    star, bulb, calendar, apple, gift, christmasTree, glass, eggCracked, archive, ghost, cross, candle, home,
    briefcase, school, camera, bike, bell, barbell,
    barrier, paint, bolt, heart, babyCarriage, trophy, award, paw, bone, creditCard, discount, shield, tag,
    thumbUp, thumbDown, umbrella, flag, sun, campfire,
    seeding, leaf, cherry, macro, clover, pumpkin, flame, cactus, globe, stack, basketball, baseball, ball,
    gasPump, car, balloon, mug, location, analyze,
    chartPie, chartDots, cards, mail, headphones, microphone, key,
}

public sealed class CampaignIconConverter : NameConverter<CampaignIcon>;
