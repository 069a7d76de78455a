using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Company.Companies;

/// <summary>A workspace as stored.</summary>
/// <param name="Key">The company's key followed by six more characters.</param>
/// <param name="Labels">Newest first.</param>
/// <param name="Pages">The keys of its pages, newest first. A key may be there before its page.</param>
/// <param name="DeletedAt">Set when the workspace is deleted, before its data is removed. From then on nobody can access it.</param>
/// <param name="RemovalFailed">Whether removing its data failed, so that it can be deleted again.</param>
/// <param name="Analytics">Whether it has the analytics add-on. Some plans include analytics without it.</param>
public sealed record Workspace(
    string Key, string Name, string Timezone, string? WebsiteUrl, ApprovalSettings ApprovalSettings, bool DefaultTeamOnlyPosts,
    bool HideEmailsFromClients, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    Label[] Labels, string[] Pages, DateTimeOffset? DeletedAt = null, bool RemovalFailed = false, bool Analytics = false)
{
    [JsonIgnore]
    public string Id => IdKind.Workspace.Format(Key);

    /// <summary>The keys of deleted campaigns that stored posts still name.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> DeletedCampaigns { get; init; } = [];
}

/// <summary>Who must approve a post before it is published, and what happens when it is approved.</summary>
public sealed record ApprovalSettings : IValidatableObject
{
    /// <summary>
    /// NONE: posts are not approved. OPTIONAL: a post can be approved, but is published without approval too. REQUIRED: a post needs one
    /// approval before it is published. MULTIPLE: a post needs an approval at each of <c>approvalLevels</c>, in their order. The Free and
    /// Basic plans have NONE and OPTIONAL, Pro adds REQUIRED, Enterprise adds MULTIPLE.
    /// </summary>
    [Required]
    public ApprovalType? Type { get; init; }

    /// <summary>
    /// Whether full approval schedules the post, unless its date passed more than 5 minutes ago. The approval that does so requires the
    /// permission PUBLISH.
    /// </summary>
    [Required]
    public bool? AutoSchedule { get; init; }

    /// <summary>
    /// Whether full approval locks the content: until the approval is withdrawn, a request that changes the text, media, pin data or
    /// LinkedIn titles is refused with 400. Without it, such a change withdraws the approval.
    /// </summary>
    [Required]
    public bool? AutoLock { get; init; }

    /// <summary>
    /// Whether approvers get a mail at 9:00 each day, in the time zone of the workspace, about the requests that are older than a day.
    /// </summary>
    public bool? SendReminders { get; init; }

    /// <summary>The levels, in order, for type MULTIPLE.</summary>
    [MaxLength(100)]
    public IReadOnlyList<ApprovalLevel>? ApprovalLevels { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var levels = ApprovalLevels ?? [];
        if (Type is ApprovalType.MULTIPLE == (levels.Count == 0))
        {
            yield return new("Required for type MULTIPLE; not allowed for other types.", [nameof(ApprovalLevels)]);
        }
        if (levels.Select(level => level.Id).Distinct(StringComparer.Ordinal).Count() < levels.Count)
        {
            yield return new("Must not contain the same level id twice.", [nameof(ApprovalLevels)]);
        }
    }
}

/// <summary>A level of approval.</summary>
public sealed record ApprovalLevel
{
    /// <summary>The id of the level, unique within its workspace. You choose it.</summary>
    [Required, Characters(500, Least = 1)]
    public string Id { get; init; } = null!;

    /// <summary>The name of the level.</summary>
    [Required, Characters(500, Least = 1)]
    public string Label { get; init; } = null!;

    /// <summary>
    /// The ids of the users who may approve at this level. If the list is empty, everybody who may approve in the workspace.
    /// </summary>
    [Required, MaxLength(1_000)]
    public string[] ApproversIds { get; init; } = null!;

    /// <summary>Whether a user who may approve in the workspace may approve at this level.</summary>
    /// <param name="user">The user's id.</param>
    internal bool IsOf(string user) => ApproversIds is [] || ApproversIds.Contains(user);
}

/// <summary>How posts of a workspace are approved: not at all, optionally, once, or at several levels.</summary>
[JsonConverter(typeof(ApprovalTypeConverter))]
public enum ApprovalType
{
    NONE,
    OPTIONAL,
    REQUIRED,
    MULTIPLE,
}

public sealed class ApprovalTypeConverter : NameConverter<ApprovalType>;
