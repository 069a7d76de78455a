using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>Some deliveries of a webhook may be due.</summary>
/// <param name="Webhook">The partition of its deliveries.</param>
sealed record DeliveryJob(string Webhook);

/// <summary>
/// Sends a webhook's deliveries that are due. One worker at a time holds a webhook, so a slow address occupies one worker and has a few
/// calls in flight. After a while, the next job goes on, so that other webhooks have their turn. The due index knows when the next attempt
/// is due; while a worker holds a webhook, it also has an entry for the end of the lease, in case the worker dies.
/// </summary>
sealed class DeliverEvents(
    WebhookStore webhooks, DeliveryStore deliveries, TokenStore tokens, CompanyDirectory directory, EventViews views, WebhookSender sender,
    DueIndex due, JobQueue<DeliveryJob> jobs, WebhookSettings settings, TimeProvider time) : IDueHandler
{
    public const string Kind = "webhook";

    /// <summary>Deliveries that are read at a time.</summary>
    const int AtOnce = 100;

    /// <summary>The longest wait that an address can ask for.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The due index finds an entry within this time, so an earlier attempt has a message of its own.</summary>
    static readonly TimeSpan DueInterval = TimeSpan.FromMinutes(1);

    /// <summary>Two failures within this time show that an address still fails.</summary>
    static readonly TimeSpan StillFailing = TimeSpan.FromDays(1);

    /// <summary>Queues a job for each webhook that is due.</summary>
    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        await entries.EachAsync(async (entry, stop) =>
        {
            await jobs.SendAtAsync(new(entry.Subject), entry.At, stop);
            return true;
        }, cancel);
        await due.RemoveAsync(entries, cancel);
    }

    public async Task RunAsync(DeliveryJob job, CancellationToken cancel)
    {
        var partition = job.Webhook;
        if (await webhooks.FindAsync(Webhook.Parse(partition), cancel) is not { Status: WebhookStatus.active, IsDeleted: false } webhook
            || await deliveries.NextAsync(partition, cancel) is not { } first)
        {
            return;
        }
        if (first > time.GetUtcNow())
        {
            await due.AddAsync(Kind, partition, first, cancel);
            return;
        }
        if (await deliveries.TakeAsync(partition, settings.Lease, cancel) is not { } held)
        {
            // Its holder looks again after it has released it.
            return;
        }
        var guard = due.New(Kind, partition, held.Value.Until);
        await due.AddAsync([guard], cancel);
        var health = (await DrainAsync(webhook, cancel)).OrderBy(attempt => attempt.At)
            .Aggregate(held.Value, (known, attempt) => known.After(attempt));
        if (health.FailingSince <= time.GetUtcNow() - settings.PauseAfter && health.Failures is [var earlier, _]
            && earlier > time.GetUtcNow() - StillFailing)
        {
            await webhooks.StopAsync(
                webhook, WebhookStatus.paused,
                string.Create(CultureInfo.InvariantCulture, $"Its address has failed since {health.FailingSince:u}."), cancel);
        }
        await deliveries.ReleaseAsync(partition, held, health, cancel);
        await due.RemoveAsync([guard], cancel);
        if (await deliveries.NextAsync(partition, cancel) is { } next)
        {
            await ContinueAsync(job, next, cancel);
        }
    }

    async Task ContinueAsync(DeliveryJob job, DateTimeOffset next, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (next > now)
        {
            await due.AddAsync(Kind, job.Webhook, next, cancel);
        }
        if (next < now + DueInterval)
        {
            await jobs.SendAtAsync(job, next, cancel);
        }
    }

    /// <summary>Sends what is due, until nothing is, the time is over or the webhook is stopped. Returns the attempts.</summary>
    async Task<IReadOnlyCollection<DeliveryAttempt>> DrainAsync(Webhook webhook, CancellationToken cancel)
    {
        var (begun, attempts, isStopped) = (time.GetTimestamp(), new ConcurrentQueue<DeliveryAttempt>(), false);
        List<string> rows;
        do
        {
            rows = await deliveries.DueAsync(webhook.Partition, AtOnce, cancel);
            await rows.EachAsync(async (row, stop) => !IsOver() && await SendAsync(row, stop), cancel, WebhookSettings.InFlight);
        }
        while (rows.Count == AtOnce && !IsOver());
        return attempts;

        bool IsOver() => isStopped || time.GetElapsedTime(begun) > settings.Run;

        async Task<bool> SendAsync(string row, CancellationToken stop)
        {
            var (attempt, reason) = await AttemptAsync(webhook, row, stop);
            if (attempt is not null)
            {
                attempts.Enqueue(attempt);
            }
            if (reason is not null)
            {
                isStopped = true;
                await webhooks.StopAsync(
                    webhook, attempt is null ? WebhookStatus.paused : WebhookStatus.disabled, reason, stop);
            }
            return true;
        }
    }

    /// <summary>One attempt to deliver. A reason says why the webhook must get no more.</summary>
    async Task<(DeliveryAttempt? Attempt, string? Reason)> AttemptAsync(Webhook webhook, string row, CancellationToken cancel)
    {
        var (partition, key) = (webhook.Partition, DeliveryStore.KeyOf(row));
        if (await deliveries.FindAsync(partition, key, cancel) is not { Value: { Status: DeliveryStatus.pending } delivery } known)
        {
            await deliveries.ChangeAsync(partition, row, null, null, cancel);
            return default;
        }
        if (await CallerAsync(webhook, cancel) is not { } caller)
        {
            return (null, webhook.TokenHash is null ? "Its creator is no longer an Owner or Administrator."
                : "The token that made it was revoked or has expired, or its creator has left the company.");
        }
        var shown = delivery.Event.Type == EventResponse.TestType ? EventResponse.Test(delivery)
            : await views.OfAsync(caller, new(delivery.Workspace, key), delivery.Event, delivery.At, delivery.User, cancel);
        if (shown is null)
        {
            await deliveries.ChangeAsync(
                partition, row, known, delivery with { Status = DeliveryStatus.skipped, NextAt = null }, cancel);
            return default;
        }
        var body = EventViews.Body(shown);
        var (attempt, retryAfter) = await sender.SendAsync(webhook, delivery.Id, body, cancel);
        await deliveries.ChangeAsync(partition, row, known, delivery.After(
            attempt, new(webhook.Url, Encoding.UTF8.GetString(body)), NextAt(delivery, attempt, retryAfter)), cancel);
        return (attempt, attempt.Status is StatusCodes.Status410Gone ? "Its address answered 410: it is gone." : null);
    }

    /// <summary>When to try again after a failure; null after a success and after the last attempt.</summary>
    DateTimeOffset? NextAt(Delivery delivery, DeliveryAttempt attempt, TimeSpan? retryAfter)
    {
        if (attempt.Error is null || Backoff.Scheduled(settings.Retries, delivery.Tries + 1) is not { } wait)
        {
            return null;
        }
        var asked = retryAfter > LongestWait ? LongestWait : retryAfter ?? default;
        return time.GetUtcNow() + (asked > wait ? asked : wait);
    }

    /// <summary>The webhook's token, or its creator, as they are now; null if they may not read any more.</summary>
    async Task<Caller?> CallerAsync(Webhook webhook, CancellationToken cancel)
    {
        if (webhook.TokenHash is not { } hash)
        {
            return await directory.FindAsync(webhook.Company, webhook.Creator, cancel) is { User.IsAdministrator: true } view
                ? Caller.OfPerson(view, directory, webhook.Origin) : null;
        }
        return await tokens.FindAsync(hash, cancel) is not { Token: var token } ? null
            : new Caller(token, await directory.FindAsync(token.Company, token.Creator, cancel), directory, webhook.Origin) is var caller
                && caller.CheckMethod(HttpMethods.Get) is null ? caller : null;
    }
}
