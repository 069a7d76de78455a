using System.Text.Json.Serialization;
using Planable.Company.Tokens;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.Webhooks;

/// <summary>
/// Whether a webhook gets events. active: it does. paused: a person paused it, or it failed for days, or its token or creator may no longer
/// read. disabled: its address answered 410, which means that it is gone for good.
/// </summary>
[JsonConverter(typeof(WebhookStatusConverter))]
enum WebhookStatus
{
    active,
    paused,
    disabled,
}

sealed class WebhookStatusConverter : NameConverter<WebhookStatus>;

/// <summary>A secret in the vault.</summary>
/// <param name="Until">When it stops being used; null for the current one.</param>
sealed record WebhookSecret(string Name, DateTimeOffset? Until);

/// <summary>An address that is told of events, as stored.</summary>
sealed record Webhook
{
    /// <summary>The version of the events' format.</summary>
    public const string CurrentVersion = "2026-12-01";

    public required string Company { get; init; }

    [JsonPropertyName("own")]
    public required string Key { get; init; }

    public required string Url { get; init; }

    public string? Description { get; init; }

    /// <summary>The types of events that it gets; null for all.</summary>
    public string[]? Events { get; init; }

    /// <summary>The keys of the workspaces of which it gets events; null for all.</summary>
    public string[]? Workspaces { get; init; }

    public required string Version { get; init; }

    /// <summary>The key of the user who made it, by a token or in the settings.</summary>
    public required string Creator { get; init; }

    /// <summary>The id of the token that made it, and may read what it gets; null if its creator made it in the settings.</summary>
    public string? Token { get; init; }

    /// <summary>SHA-256 of that token, in hex.</summary>
    public string? TokenHash { get; init; }

    /// <summary>The origin of the links in its events.</summary>
    public required string Origin { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public WebhookStatus Status { get; init; }

    /// <summary>Why it is not active, for people.</summary>
    public string? StatusReason { get; init; }

    /// <summary>Whether it was deleted, and only its secrets and deliveries are still to be removed.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Newest first.</summary>
    public WebhookSecret[] Secrets { get; init; } = [];

    [JsonIgnore]
    public string Id => IdKind.Webhook.Format(Company, Key);

    /// <summary>The partition of its deliveries.</summary>
    [JsonIgnore]
    public string Partition => Company + Key;

    /// <summary>The id of a webhook by the partition of its deliveries.</summary>
    public static Id Parse(string partition) => IdKind.Webhook.Split(partition);

    public bool Wants(string workspace, string type) =>
        Workspaces?.Contains(workspace) is not false && Events?.Contains(type) is not false;

    /// <summary>The secrets that sign at this time, newest first.</summary>
    public IEnumerable<string> SecretsAt(DateTimeOffset now) =>
        Secrets.Where(secret => secret.Until is null || secret.Until > now).Select(secret => secret.Name);

    /// <summary>
    /// Whether a caller may see and change it: by the token that made it, or as an Owner or Administrator with access to all workspaces.
    /// </summary>
    public bool IsOf(Caller caller) =>
        !IsDeleted && ((Token is not null && caller.TokenId == Token) || (caller.Creator.IsAdministrator && !caller.IsLimited));
}
