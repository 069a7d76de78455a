using System.ComponentModel.DataAnnotations;
using Planable.Platform.Http;

namespace Planable.Content.Campaigns;

/// <summary>A campaign to create.</summary>
public sealed record NewCampaign : IValidatableObject
{
    internal const string UsualColor = "silver-sand", EndsTooEarly = "Must not be before startedAt.";
    internal const int MostLinks = 100;

    /// <summary>The workspace.</summary>
    /// <example>wks_wpdyety5tgkwd6</example>
    [Required, MinLength(1)]
    public string WorkspaceId { get; init; } = null!;

    /// <summary>The name.</summary>
    /// <example>Autumn launch</example>
    [Required, Characters(80, Least = 1)]
    public string Name { get; init; } = null!;

    /// <summary>The status; <c>planned</c> by default.</summary>
    public CampaignStatus? Status { get; init; }

    /// <summary>The icon; a star by default.</summary>
    public CampaignIcon? Icon { get; init; }

    /// <summary>The colour; any text, such as a name or a hex code. The default is silver-sand.</summary>
    /// <example>#0b7a5c</example>
    [Characters(1_000)]
    public string? Color { get; init; }

    /// <summary>When it starts, with its offset from UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ends; must not be before it starts.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The description.</summary>
    [Characters(50_000)]
    public string? Description { get; init; }

    /// <summary>Related links.</summary>
    [MaxLength(MostLinks)]
    public IReadOnlyList<NewCampaignLink>? Links { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EndedAt < StartedAt)
        {
            yield return new(EndsTooEarly, [nameof(EndedAt)]);
        }
    }

    internal Campaign ToCampaign(string key, DateTimeOffset now) => new(key, Name)
    {
        Status = Status ?? CampaignStatus.planned,
        Icon = Icon ?? CampaignIcon.star,
        Color = Color ?? UsualColor,
        StartedAt = StartedAt?.ToUniversalTime(),
        EndedAt = EndedAt?.ToUniversalTime(),
        Description = Description,
        Links = NewCampaignLink.All(Links),
        CreatedAt = now,
    };
}

/// <summary>A link related to a campaign.</summary>
public sealed record NewCampaignLink
{
    /// <summary>The URL.</summary>
    /// <example>https://example.com/brief</example>
    [Required, WebAddress(IsSchemeOptional = true), Characters(8_192, Least = 1)]
    public string Url { get; init; } = null!;

    /// <summary>The title.</summary>
    [Characters(1_000)]
    public string? Title { get; init; }

    internal static CampaignLink[] All(IReadOnlyList<NewCampaignLink>? links) =>
        [.. links?.Select(link => new CampaignLink(link.Url, link.Title)) ?? []];
}
