using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using Planable.Platform.Http;

namespace Planable.Content.Campaigns;

/// <summary>What to change of a campaign.</summary>
public sealed record CampaignChange : IValidatableObject
{
    readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>What people call it.</summary>
    [Characters(80, Least = 1)]
    public string? Name { get; set => field = Given(value); }

    /// <summary>How far it is.</summary>
    public CampaignStatus? Status { get; set => field = Given(value); }

    /// <summary>The picture that stands for it.</summary>
    public CampaignIcon? Icon { get; set => field = Given(value); }

    /// <summary>Its colour, as you name colours.</summary>
    [Characters(50, Least = 1)]
    public string? Color { get; set => field = Given(value); }

    /// <summary>When it starts; null for no date.</summary>
    public DateTimeOffset? StartedAt { get; set => field = Given(value)?.ToUniversalTime(); }

    /// <summary>When it ends, not before it starts; null for no date.</summary>
    public DateTimeOffset? EndedAt { get; set => field = Given(value)?.ToUniversalTime(); }

    /// <summary>What it is about; null for nothing.</summary>
    [Characters(2_000)]
    public string? Description { get; set => field = Given(value); }

    /// <summary>Links to what belongs to it, in place of those it has.</summary>
    [MaxLength(NewCampaign.MostLinks)]
    public IReadOnlyList<NewCampaignLink>? Links { get; set => field = Given(value); }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (_given.Count == 0)
        {
            yield return new("Send at least one field.", ["body"]);
        }
        foreach (var (name, value) in new (string, object?)[]
            { (nameof(Name), Name), (nameof(Status), Status), (nameof(Icon), Icon), (nameof(Color), Color), (nameof(Links), Links) })
        {
            if (value is null && _given.Contains(name))
            {
                yield return new("Must not be null.", [name]);
            }
        }
        if (Links?.Contains(null!) is true)
        {
            yield return new("Must not contain null.", [nameof(Links)]);
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

    /// <summary>Only what the caller sends is set, be it null.</summary>
    T Given<T>(T value, [CallerMemberName] string name = "")
    {
        _given.Add(name);
        return value;
    }
}
