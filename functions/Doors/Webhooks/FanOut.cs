using Planable.Content.Events;
using Planable.Platform;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>Makes the deliveries of a write's events: one for each webhook that wants an event.</summary>
sealed class FanOut(EventLog events, WebhookStore webhooks, DeliveryStore deliveries, JobQueue<DeliveryJob> jobs, TimeProvider time)
    : IEventHandler
{
    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        var (workspace, key) = EventLog.Parse(happened);
        if (await events.FindAsync(workspace, key, cancel) is not { } entry)
        {
            return null;
        }
        var active = (await webhooks.ListAsync(workspace[..8], cancel)).Where(webhook => webhook.Status is WebhookStatus.active);
        await active.EachAsync(async (webhook, stop) =>
        {
            var wanted = Delivery.Of(entry, workspace, webhook, time.GetUtcNow()).ToArray();
            if (wanted.Length > 0)
            {
                await deliveries.AddAsync(webhook.Partition, wanted, stop);
                await jobs.SendAsync(new(webhook.Partition), cancel: stop);
            }
            return wanted.Length;
        }, cancel);
        return null;
    }
}
