using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Company.Companies;

/// <summary>A workspace as stored.</summary>
/// <param name="Key">The company's key and six characters of its own.</param>
/// <param name="DeletedAt">Set first when it is deleted; nobody enters it from then on.</param>
/// <param name="RemovalFailed">Whether its data could not be removed, and it may be deleted again.</param>
/// <param name="Analytics">Whether it has the analytics add-on, which some plans include.</param>
public sealed record Workspace(
    string Key, string Name, string Timezone, string? WebsiteUrl, ApprovalSettings ApprovalSettings, bool DefaultTeamOnlyPosts,
    bool HideEmailsFromClients, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt = null, bool RemovalFailed = false,
    bool Analytics = false)
{
    [JsonIgnore]
    public string Id => IdKind.Workspace.Format(Key);

    /// <summary>The keys of campaigns that are deleted while posts in storage still name them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> DeletedCampaigns { get; init; } = [];
}

/// <summary>Who must approve a post before it is published, and what its approval brings about.</summary>
public sealed record ApprovalSettings : IValidatableObject
{
    /// <summary>
    /// NONE: posts are not approved. OPTIONAL: a post can be approved, and is published without it too. REQUIRED: one approval before it is
    /// published. MULTIPLE: one at each of <c>approvalLevels</c>, in their order. Free and Basic have the first two, Pro adds REQUIRED,
    /// Enterprise MULTIPLE.
    /// </summary>
    [Required]
    public ApprovalType? Type { get; init; }

    /// <summary>Whether full approval schedules a post whose date is not past by more than 5 minutes.</summary>
    [Required]
    public bool? AutoSchedule { get; init; }

    /// <summary>
    /// Whether full approval locks the content: until it is withdrawn, other text, media,
    /// pin data and LinkedIn titles are a 400.
    /// </summary>
    [Required]
    public bool? AutoLock { get; init; }

    /// <summary>Whether approvers are to be reminded. It is kept; no reminders are sent yet.</summary>
    public bool? SendReminders { get; init; }

    /// <summary>The levels, in order, for type MULTIPLE.</summary>
    [MaxLength(20)]
    public IReadOnlyList<ApprovalLevel>? ApprovalLevels { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var levels = ApprovalLevels ?? [];
        if (Type is ApprovalType.MULTIPLE == (levels.Count == 0))
        {
            yield return new("Type MULTIPLE has levels, the others have none.", [nameof(ApprovalLevels)]);
        }
        if (levels.Any(level => level is null))
        {
            yield return new("Must not contain null.", [nameof(ApprovalLevels)]);
            yield break;
        }
        if (levels.Select(level => level.Id).Distinct(StringComparer.Ordinal).Count() < levels.Count)
        {
            yield return new("Must not contain duplicates.", [nameof(ApprovalLevels)]);
        }
    }
}

/// <summary>A level of approval.</summary>
public sealed record ApprovalLevel
{
    /// <summary>Names the level within its workspace.</summary>
    [Required, Characters(100)]
    public string Id { get; init; } = null!;

    /// <summary>What people call it.</summary>
    [Required, Characters(100)]
    public string Label { get; init; } = null!;

    /// <summary>Who may approve at this level, of those who may approve in the workspace; all of them where the list is empty.</summary>
    [Required, MaxLength(100)]
    public string[] ApproversIds { get; init; } = null!;

    /// <summary>Whether somebody who may approve in the workspace approves at this level.</summary>
    /// <param name="user">The user's id.</param>
    internal bool IsOf(string user) => ApproversIds is [] || ApproversIds.Contains(user);
}

[JsonConverter(typeof(ApprovalTypeConverter))]
public enum ApprovalType
{
    NONE,
    OPTIONAL,
    REQUIRED,
    MULTIPLE,
}

public sealed class ApprovalTypeConverter : NameConverter<ApprovalType>;
