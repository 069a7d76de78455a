using System.Text.Json.Serialization;
using Planable.Content.Events;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.Webhooks;

/// <summary>
/// What became of a delivery. pending: it waits for its next attempt. delivered: the address answered 2xx. failed: no attempt is left.
/// skipped: the webhook's token may not read it any more.
/// </summary>
[JsonConverter(typeof(DeliveryStatusConverter))]
enum DeliveryStatus
{
    pending,
    delivered,
    failed,
    skipped,
}

sealed class DeliveryStatusConverter : NameConverter<DeliveryStatus>;

/// <param name="Status">What the address answered; null if it did not.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
/// <param name="Response">The beginning of the answer's body.</param>
sealed record DeliveryAttempt(DateTimeOffset At, int Milliseconds, int? Status, string? Error, string? Response);

/// <summary>What was sent at the last attempt.</summary>
sealed record DeliveryRequest(string Url, string Body);

/// <summary>An event for one webhook, as stored. It holds ids; what they show is read anew for each attempt.</summary>
/// <param name="Workspace">The key of the workspace.</param>
/// <param name="Key">The key of the event's id.</param>
/// <param name="User">The key of the user who caused it; null if the app acted by itself.</param>
sealed record Delivery(
    string Workspace, [property: JsonPropertyName("own")] string Key, LoggedEvent Event, DateTimeOffset At, string? User)
{
    /// <summary>The most attempts that are kept.</summary>
    const int MostKept = 20;

    public DeliveryStatus Status { get; init; }

    /// <summary>How many attempts were made since it was last sent anew.</summary>
    public int Tries { get; init; }

    /// <summary>When the next attempt is due; null if there is none.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The attempts, oldest first.</summary>
    public DeliveryAttempt[] Attempts { get; init; } = [];

    /// <summary>Null before the first attempt.</summary>
    public DeliveryRequest? Request { get; init; }

    [JsonIgnore]
    public string Id => IdKind.Event.Format(Workspace, Key);

    /// <summary>The deliveries of a write's events to a webhook.</summary>
    public static IEnumerable<Delivery> Of(EventEntry entry, string workspace, Webhook webhook, DateTimeOffset now) =>
        from one in entry.Events.Index()
        where webhook.Wants(workspace, one.Item.Type)
        select new Delivery(workspace, EventLog.KeyOf(entry, one.Index), one.Item, entry.At, entry.User) { NextAt = now };

    /// <param name="next">When to try again; null if this was the last attempt, or it succeeded.</param>
    public Delivery After(DeliveryAttempt attempt, DeliveryRequest request, DateTimeOffset? next) => this with
    {
        Status = next is not null ? DeliveryStatus.pending : attempt.Error is null ? DeliveryStatus.delivered : DeliveryStatus.failed,
        Tries = Tries + 1,
        NextAt = next,
        Attempts = [.. Attempts.Append(attempt).TakeLast(MostKept)],
        Request = request,
    };

    /// <summary>The same event, to be sent anew.</summary>
    public Delivery Again(DateTimeOffset now) => this with { Status = DeliveryStatus.pending, Tries = 0, NextAt = now };
}
