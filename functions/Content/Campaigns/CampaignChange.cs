using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using Planable.Platform.Http;

namespace Planable.Content.Campaigns;

/// <summary>Changes to a campaign.</summary>
public sealed record CampaignChange : IValidatableObject
{
    readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>The name.</summary>
    [Characters(80, Least = 1)]
    public string? Name { get; set => field = Given(value); }

    /// <summary>The status.</summary>
    public CampaignStatus? Status { get; set => field = Given(value); }

    /// <summary>The icon.</summary>
    public CampaignIcon? Icon { get; set => field = Given(value); }

    /// <summary>The colour; any text, such as a name or a hex code.</summary>
    [Characters(1_000)]
    public string? Color { get; set => field = Given(value); }

    /// <summary>When it starts; null for no date.</summary>
    [AcceptsNull]
    public DateTimeOffset? StartedAt { get; set => field = Given(value)?.ToUniversalTime(); }

    /// <summary>When it ends; must not be before it starts; null for no date.</summary>
    [AcceptsNull]
    public DateTimeOffset? EndedAt { get; set => field = Given(value)?.ToUniversalTime(); }

    /// <summary>The description; null for none.</summary>
    [Characters(50_000), AcceptsNull]
    public string? Description { get; set => field = Given(value); }

    /// <summary>Related links, which replace the current ones.</summary>
    [MaxLength(NewCampaign.MostLinks)]
    public IReadOnlyList<NewCampaignLink>? Links { get; set => field = Given(value); }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (_given.Count == 0)
        {
            yield return new("Send at least one field.", ["body"]);
        }
    }

    internal Campaign Of(Campaign campaign) => campaign with
    {
        Name = Name ?? campaign.Name,
        Status = Status ?? campaign.Status,
        Icon = Icon ?? campaign.Icon,
        Color = Color ?? campaign.Color,
        StartedAt = _given.Contains(nameof(StartedAt)) ? StartedAt : campaign.StartedAt,
        EndedAt = _given.Contains(nameof(EndedAt)) ? EndedAt : campaign.EndedAt,
        Description = _given.Contains(nameof(Description)) ? Description : campaign.Description,
        Links = Links is null ? campaign.Links : NewCampaignLink.All(Links),
    };

    /// <summary>A setter runs only for a field in the request, even if its value is null, so this records which fields were sent.</summary>
    T Given<T>(T value, [CallerMemberName] string name = "")
    {
        _given.Add(name);
        return value;
    }
}
