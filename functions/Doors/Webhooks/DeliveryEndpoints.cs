using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.Webhooks;

static class DeliveryEndpoints
{
    public static void MapDeliveries(this IEndpointRouteBuilder webhooks)
    {
        webhooks.MapGet("/{id}/deliveries", ListDeliveries).Fails(400, 404);
        webhooks.MapGet("/{id}/deliveries/{eventId}", GetDelivery).Fails(404);
        webhooks.MapPost("/{id}/deliveries/{eventId}/replay", ReplayDelivery).Fails(404);
        webhooks.MapPost("/{id}/replay", ReplayFailed).Fails(400, 404);
        webhooks.MapPost("/{id}/test", TestWebhook).Fails(404);
    }

    /// <summary>List deliveries</summary>
    /// <remarks>What was sent to a webhook within 30 days, newest event first, without the events' content.</remarks>
    /// <param name="id">The webhook.</param>
    /// <param name="offset">How many deliveries to skip.</param>
    /// <param name="limit">The maximum number of deliveries to return, up to 100.</param>
    /// <response code="200">The deliveries.</response>
    internal static async Task<OrProblem<Ok<PagedItems<DeliveryResponse>>>> ListDeliveries(
        string id, Caller caller, WebhookStore webhooks, DeliveryStore deliveries, CancellationToken cancel,
        [Range(0, int.MaxValue)] int offset = 0, [Range(0, int.MaxValue)] int limit = Limits.DefaultPageSize)
    {
        limit = Paging.Clamp(limit);
        if (!WebhookEndpoints.TryParse(id, caller, out var webhook))
        {
            return Problems.NotFound("webhook");
        }
        var owned = webhooks.FindAsync(webhook, caller, cancel);
        var found = await deliveries.ListAsync(webhook.Partition + webhook.Key, offset, limit + 1, cancel);
        if ((await owned).Problem is { } problem)
        {
            return problem;
        }
        return TypedResults.Ok(new PagedItems<DeliveryResponse>(
            [.. found.Take(limit).Select(DeliveryResponse.Of)], new(offset, limit, found.Count > limit)));
    }

    /// <summary>Get a delivery</summary>
    /// <remarks>With what the last attempt sent.</remarks>
    /// <param name="id">The webhook.</param>
    /// <param name="eventId">The event.</param>
    /// <response code="200">The delivery.</response>
    internal static async Task<OrProblem<Ok<Data<DeliveryDetails>>>> GetDelivery(
        string id, string eventId, Caller caller, WebhookStore webhooks, DeliveryStore deliveries, CancellationToken cancel)
    {
        if (!WebhookEndpoints.TryParse(id, caller, out var webhook) || !IdKind.Event.TryParse(eventId, out var sent))
        {
            return Problems.NotFound("delivery");
        }
        var owned = webhooks.FindAsync(webhook, caller, cancel);
        var found = await deliveries.FindAsync(webhook.Partition + webhook.Key, sent.Key, cancel);
        return (await owned).Problem is { } problem ? problem
            : found is null || found.Value.Workspace != sent.Partition ? Problems.NotFound("delivery")
            : TypedResults.Ok(new Data<DeliveryDetails>(DeliveryDetails.Of(found.Value)));
    }

    /// <summary>Replay a delivery</summary>
    /// <remarks>Sends the event anew, with all attempts, as soon as the webhook is active.</remarks>
    /// <param name="id">The webhook.</param>
    /// <param name="eventId">The event.</param>
    /// <response code="202">The delivery, which is pending.</response>
    internal static async Task<OrProblem<Accepted<Data<DeliveryResponse>>>> ReplayDelivery(
        string id, string eventId, Caller caller, Redelivery redelivery, IdempotencyKey operation, CancellationToken cancel) =>
        WebhookEndpoints.TryParse(id, caller, out var webhook) && IdKind.Event.TryParse(eventId, out var delivery)
            ? Answer(await redelivery.AgainAsync(webhook, caller, delivery, operation, cancel)) : Problems.NotFound("delivery");

    /// <summary>Replay failed deliveries</summary>
    /// <remarks>Sends all failed deliveries of events since a time anew. They are pending within a minute.</remarks>
    /// <param name="id">The webhook.</param>
    /// <response code="202">The replay has begun.</response>
    internal static async Task<OrProblem<Microsoft.AspNetCore.Http.HttpResults.Accepted>> ReplayFailed(
        string id, NewReplay body, Caller caller, Redelivery redelivery, IdempotencyKey operation, CancellationToken cancel) =>
        !WebhookEndpoints.TryParse(id, caller, out var webhook) ? Problems.NotFound("webhook")
        : (await redelivery.AllAsync(webhook, caller, body.Since!.Value, operation, cancel)).Problem is { } problem ? problem
        : TypedResults.Accepted((string?)null);

    /// <summary>Test a webhook</summary>
    /// <remarks>Sends an event of the type <c>webhook.test</c>, whatever types the webhook gets.</remarks>
    /// <param name="id">The webhook.</param>
    /// <response code="202">The delivery, which is pending.</response>
    internal static async Task<OrProblem<Accepted<Data<DeliveryResponse>>>> TestWebhook(
        string id, Caller caller, Redelivery redelivery, IdempotencyKey operation, CancellationToken cancel) =>
        WebhookEndpoints.TryParse(id, caller, out var webhook) ? Answer(await redelivery.TestAsync(webhook, caller, operation, cancel))
            : Problems.NotFound("webhook");

    static OrProblem<Accepted<Data<DeliveryResponse>>> Answer(Outcome<Delivery> outcome) => outcome.Problem is { } problem ? problem
        : TypedResults.Accepted((string?)null, new Data<DeliveryResponse>(DeliveryResponse.Of(outcome.Value!)));
}

/// <summary>What to replay.</summary>
public sealed record NewReplay
{
    /// <summary>Failed deliveries of events since this time.</summary>
    [Required]
    public DateTimeOffset? Since { get; init; }
}

/// <summary>The delivery of an event to a webhook.</summary>
/// <param name="EventId">The event, and the <c>webhook-id</c> of each attempt.</param>
/// <param name="Type">What happened.</param>
/// <param name="SubjectId">What it happened to.</param>
/// <param name="HappenedAt">When it happened.</param>
/// <param name="Status">What became of the delivery.</param>
/// <param name="NextAttemptAt">When the next attempt is due; absent if there is none.</param>
/// <param name="Attempts">The attempts, oldest first, up to 20.</param>
sealed record DeliveryResponse(
    string EventId, string Type, string SubjectId, DateTimeOffset HappenedAt, DeliveryStatus Status, DateTimeOffset? NextAttemptAt,
    AttemptResponse[] Attempts)
{
    public static DeliveryResponse Of(Delivery delivery) => new(
        delivery.Id, delivery.Event.Type, delivery.Event.Subject, delivery.At, delivery.Status, delivery.NextAt,
        [.. delivery.Attempts.Select(one => new AttemptResponse(one.At, one.Milliseconds, one.Status, one.Error, one.Response))]);
}

/// <summary>The delivery of an event to a webhook, with what was sent.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Request">What the last attempt sent; absent before the first.</param>
sealed record DeliveryDetails(DeliveryResponse Delivery, RequestResponse? Request)
{
    public static DeliveryDetails Of(Delivery delivery) => new(
        DeliveryResponse.Of(delivery), delivery.Request is { } sent ? new(sent.Url, sent.Body) : null);
}

/// <summary>What an attempt sent.</summary>
/// <param name="Url">The address.</param>
/// <param name="Body">The body that was signed: JSON, as text.</param>
sealed record RequestResponse(string Url, string Body);

/// <summary>An attempt to deliver an event.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Status">The status of the answer; absent if there was none.</param>
/// <param name="Error">Why it failed; absent if it did not.</param>
/// <param name="Response">The beginning of the answer's body, up to 1 KB.</param>
sealed record AttemptResponse(DateTimeOffset StartedAt, int Milliseconds, int? Status, string? Error, string? Response);
