using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Doors.Webhooks;

static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");
        webhooks.MapGet("/", ListWebhooks);
        webhooks.MapPost("/", CreateWebhook).Fails(400, 404);
        webhooks.MapGet("/{id}", GetWebhook).Fails(404);
        webhooks.MapPatch("/{id}", UpdateWebhook).Fails(400, 404);
        webhooks.MapDelete("/{id}", DeleteWebhook).Fails(404);
        webhooks.MapPost("/{id}/rotate-secret", RotateSecret).Fails(404);
        webhooks.MapDeliveries();
    }

    /// <summary>List webhooks</summary>
    /// <remarks>
    /// The webhooks that this token made, newest first; for tokens of Owners and Administrators with access to all workspaces, all of the
    /// company.
    /// </remarks>
    /// <response code="200">The webhooks.</response>
    internal static async Task<Ok<Items<WebhookResponse>>> ListWebhooks(Caller caller, WebhookStore webhooks, CancellationToken cancel) =>
        TypedResults.Ok(new Items<WebhookResponse>(
            [.. (await webhooks.ListAsync(caller.CompanyKey, cancel)).Where(one => one.IsOf(caller)).Select(WebhookResponse.Of)]));

    /// <summary>Create a webhook</summary>
    /// <remarks>
    /// From now on its address gets events, signed as Standard Webhooks describe; changes made through other instances of the service
    /// within the first 10 seconds may be missed. It gets what this token may read at the time of each attempt. Only an answer 2xx within
    /// 15 seconds counts as delivered; otherwise nine more attempts follow over three days. It gets an event at least once, with the same
    /// <c>webhook-id</c> every time, and in no certain order. The answer has the secret, which is not shown again. A company can have 20
    /// webhooks.
    /// </remarks>
    /// <response code="201">The webhook.</response>
    internal static async Task<OrProblem<Created<Data<SignedWebhook>>>> CreateWebhook(
        NewWebhook body, Caller caller, WebhookChanges changes, IdempotencyKey operation, CancellationToken cancel)
    {
        var (made, problem) = await changes.CreateAsync(body, caller, operation, cancel);
        return problem is not null ? problem : TypedResults.Created((string?)null, new Data<SignedWebhook>(made!));
    }

    /// <summary>Get a webhook</summary>
    /// <remarks>Without its secret.</remarks>
    /// <param name="id">The webhook.</param>
    /// <response code="200">The webhook.</response>
    internal static async Task<OrProblem<Ok<Data<WebhookResponse>>>> GetWebhook(
        string id, Caller caller, WebhookStore webhooks, CancellationToken cancel)
    {
        var (webhook, problem) = TryParse(id, caller, out var parsed) ? await webhooks.FindAsync(parsed, caller, cancel)
            : Problems.NotFound("webhook");
        return problem is not null ? problem : TypedResults.Ok(new Data<WebhookResponse>(WebhookResponse.Of(webhook!)));
    }

    /// <summary>Update a webhook</summary>
    /// <remarks>
    /// Changes the fields that you send, at least one. <c>paused: false</c> activates it, whatever stopped it, and sends what waits.
    /// </remarks>
    /// <param name="id">The webhook.</param>
    /// <response code="200">The webhook.</response>
    internal static async Task<OrProblem<Ok<Data<WebhookResponse>>>> UpdateWebhook(
        string id, WebhookChange body, Caller caller, WebhookChanges changes, IdempotencyKey operation, CancellationToken cancel)
    {
        var (changed, problem) = TryParse(id, caller, out var webhook)
            ? await changes.UpdateAsync(webhook, body, caller, operation, cancel) : Problems.NotFound("webhook");
        return problem is not null ? problem : TypedResults.Ok(new Data<WebhookResponse>(WebhookResponse.Of(changed!)));
    }

    /// <summary>Delete a webhook</summary>
    /// <remarks>Also deletes its deliveries. It gets no more events, except those that are being sent.</remarks>
    /// <param name="id">The webhook.</param>
    /// <response code="204">Deleted.</response>
    internal static async Task<OrProblem<NoContent>> DeleteWebhook(
        string id, Caller caller, WebhookStore webhooks, IdempotencyKey operation, CancellationToken cancel)
    {
        var problem = TryParse(id, caller, out var webhook)
            ? (await webhooks.DeleteAsync(webhook, caller, operation, cancel)).Problem : Problems.NotFound("webhook");
        return problem is not null ? problem : TypedResults.NoContent();
    }

    /// <summary>Rotate a webhook's secret</summary>
    /// <remarks>
    /// Makes a new secret, which the answer shows once. For 24 hours, events are signed with the new and the old one.
    /// </remarks>
    /// <param name="id">The webhook.</param>
    /// <response code="200">The webhook with its new secret.</response>
    internal static async Task<OrProblem<Ok<Data<SignedWebhook>>>> RotateSecret(
        string id, Caller caller, WebhookChanges changes, IdempotencyKey operation, CancellationToken cancel)
    {
        var (rotated, problem) = TryParse(id, caller, out var webhook) ? await changes.RotateAsync(webhook, caller, operation, cancel)
            : Problems.NotFound("webhook");
        return problem is not null ? problem : TypedResults.Ok(new Data<SignedWebhook>(rotated!));
    }

    /// <summary>Whether this is the id of a webhook of the caller's company. Nothing of another company is read.</summary>
    public static bool TryParse(string id, Caller caller, out Id webhook) =>
        IdKind.Webhook.TryParse(id, out webhook) && webhook.Partition == caller.CompanyKey;
}
