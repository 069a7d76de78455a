using System.ComponentModel.DataAnnotations;
using Planable.Content.Events;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.Webhooks;

/// <summary>A webhook to create.</summary>
public sealed record NewWebhook : IValidatableObject
{
    /// <summary>The public http(s) URL that events are sent to.</summary>
    /// <example>https://example.com/planable-events</example>
    [Required, WebAddress, Characters(8_192)]
    public string Url { get; init; } = null!;

    /// <summary>What it is for.</summary>
    [Characters(200)]
    public string? Description { get; init; }

    /// <summary>The types of events that it gets; all by default.</summary>
    /// <example>["post.published"]</example>
    [MinLength(1), MaxLength(50)]
    public string[]? Events { get; init; }

    /// <summary>Ids of the workspaces of which it gets events; by default all that the token can access.</summary>
    [MinLength(1), MaxLength(100)]
    public string[]? WorkspaceIds { get; init; }

    /// <summary>The version of the events' format; the current one by default.</summary>
    [AllowedValues(Webhook.CurrentVersion, null)]
    public string? Version { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Unknown(Events);

    internal static IEnumerable<ValidationResult> Unknown(string[]? events) =>
        from one in (events ?? []).Index()
        where !EventTypes.All.Contains(one.Item)
        select new ValidationResult(FieldWords.OneOf(EventTypes.All), [$"{nameof(Events)}[{one.Index}]"]);
}

/// <summary>Changes to a webhook.</summary>
public sealed record WebhookChange : IValidatableObject
{
    /// <summary>The public http(s) URL that events are sent to.</summary>
    [WebAddress, Characters(8_192)]
    public string? Url { get; init; }

    /// <summary>What it is for.</summary>
    [Characters(200)]
    public string? Description { get; init; }

    /// <summary>The types of events that it gets; null for all.</summary>
    [MinLength(1), MaxLength(50), AcceptsNull]
    public string[]? Events
    {
        get;
        set => (field, IsEvents) = (value, true);
    }

    /// <summary>Ids of the workspaces of which it gets events; null for all that the token can access.</summary>
    [MinLength(1), MaxLength(100), AcceptsNull]
    public string[]? WorkspaceIds
    {
        get;
        set => (field, IsWorkspaces) = (value, true);
    }

    /// <summary>Whether it gets no events for now.</summary>
    public bool? Paused { get; init; }

    bool IsEvents { get; set; }

    bool IsWorkspaces { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsEvents && !IsWorkspaces && (Url, Description, Paused) is (null, null, null))
        {
            yield return new("Send at least one field.", ["body"]);
        }
        foreach (var unknown in NewWebhook.Unknown(Events))
        {
            yield return unknown;
        }
    }

    /// <param name="workspaces">The keys of <see cref="WorkspaceIds"/>.</param>
    internal Webhook Of(Webhook webhook, string[]? workspaces) => webhook with
    {
        Url = Url ?? webhook.Url,
        Description = Description ?? webhook.Description,
        Events = IsEvents ? Events : webhook.Events,
        Workspaces = IsWorkspaces ? workspaces : webhook.Workspaces,
        Status = Paused switch { null => webhook.Status, true => WebhookStatus.paused, false => WebhookStatus.active },
        StatusReason = Paused is null ? webhook.StatusReason : null,
    };
}

/// <summary>A webhook.</summary>
/// <param name="Id">The webhook's id.</param>
/// <param name="Url">The URL that events are sent to.</param>
/// <param name="Description">What it is for; absent if it has none.</param>
/// <param name="Events">The types of events that it gets; absent for all.</param>
/// <param name="WorkspaceIds">The workspaces of which it gets events; absent for all.</param>
/// <param name="Version">The version of the events' format.</param>
/// <param name="CreatorId">Whose token made it.</param>
/// <param name="Status">Whether it gets events.</param>
/// <param name="StatusReason">Why it was paused or disabled; absent if a person did it.</param>
/// <param name="CreatedAt">When it was created.</param>
sealed record WebhookResponse(
    string Id, string Url, string? Description, string[]? Events, string[]? WorkspaceIds, string Version, string CreatorId,
    WebhookStatus Status, string? StatusReason, DateTimeOffset CreatedAt)
{
    public static WebhookResponse Of(Webhook webhook) => new(
        webhook.Id, webhook.Url, webhook.Description, webhook.Events,
        webhook.Workspaces?.Select(workspace => IdKind.Workspace.Format(workspace)).ToArray(), webhook.Version,
        IdKind.User.Format(webhook.Company, webhook.Creator), webhook.Status, webhook.StatusReason, webhook.CreatedAt);
}

/// <summary>A webhook with its secret.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Secret">The secret with which its events are signed. It is not shown again.</param>
sealed record SignedWebhook(WebhookResponse Webhook, string Secret);
