using System.Text.Json.Serialization;
using Planable.Content.Events;

namespace Planable.Doors.Mail;

/// <summary>What a mail is about. People choose by these.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailKind>))]
public enum MailKind
{
    Approvals,
    Reminders,
    Failures,
    Pages,
    Webhooks,
}

/// <summary>Something that a person is to be told of, as stored. What it shows is read anew when the mail is sent.</summary>
/// <param name="Key">Names the event: the same however often the event is handled.</param>
/// <param name="Subject">The id of what it is about.</param>
/// <param name="At">When it happened.</param>
sealed record MailNotice([property: JsonPropertyName("own")] string Key, MailKind Kind, string Subject, DateTimeOffset At);

/// <summary>Which mails a person got lately.</summary>
/// <param name="Recent">When, for at most <see cref="MailKinds.Window"/>.</param>
/// <param name="DigestAt">When the last digest was sent.</param>
sealed record SentMails(DateTimeOffset[] Recent, DateTimeOffset? DigestAt = null)
{
    public SentMails Since(DateTimeOffset now) => this with { Recent = [.. Recent.Where(at => at > now - MailKinds.Window)] };

    public SentMails With(DateTimeOffset now, bool isDigest) =>
        this with { Recent = [.. Recent, now], DigestAt = isDigest ? now : DigestAt };
}

/// <summary>What a person does not want mail about.</summary>
sealed record MailChoices(MailKind[] Muted);

static class MailKinds
{
    /// <summary>The most mails that a person gets within <see cref="Window"/>. If there were more, one digest takes their place.</summary>
    public const int MostInWindow = 10;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    public static readonly MailKind[] All = Enum.GetValues<MailKind>();

    /// <summary>The events in the log that people get mail about.</summary>
    public static readonly Dictionary<string, MailKind> Events = new(StringComparer.Ordinal)
    {
        [EventTypes.ApprovalRequested] = MailKind.Approvals,
        [EventTypes.PublishFailed] = MailKind.Failures,
        [EventTypes.PageDisconnected] = MailKind.Pages,
    };

    /// <summary>A kind, in words.</summary>
    public static string Name(this MailKind kind) => kind switch
    {
        MailKind.Approvals => "Requests for your approval",
        MailKind.Reminders => "Daily reminders of requests that are older than a day",
        MailKind.Failures => "Posts that could not be published: yours, and all where you may publish",
        MailKind.Pages => "Pages that were disconnected",
        _ => "Webhooks that were paused",
    };

    /// <summary>Whether only Owners and Administrators get these mails.</summary>
    public static bool IsForAdministrators(this MailKind kind) => kind is MailKind.Pages or MailKind.Webhooks;
}

/// <summary>JSON of stored notices and choices. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MailNotice))]
[JsonSerializable(typeof(SentMails))]
[JsonSerializable(typeof(MailChoices))]
sealed partial class MailStoredJson : JsonSerializerContext;
