using System.Text.Json.Serialization.Metadata;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>Sends what a person asks for: a test, an event once more, or all that failed.</summary>
sealed class Redelivery(Tables tables, Outbox outbox, WebhookStore webhooks, DeliveryStore deliveries, TimeProvider time)
{
    /// <summary>Stands for the workspace in the id of a test's event.</summary>
    const string NoWorkspace = "000000";

    public Task<Outcome<Delivery>> TestAsync(Id webhook, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var test = new Delivery(
            caller.CompanyKey + NoWorkspace, Ids.Numbered(Ids.NewGroup(time), 0),
            new(EventResponse.TestType, IdKind.Webhook.Format(webhook.Partition, webhook.Key)), now, caller.Creator.Key)
        { NextAt = now };
        return CommitAsync(webhook, caller, operation, WebhookStoredJson.Default.Delivery,
            () => Task.FromResult<Outcome<Commit<Delivery>>>(
                new Commit<Delivery>(test, DeliveryStore.Added(webhook.Partition + webhook.Key, test))),
            WebhookSettlement.OfWaiting(webhook.Partition + webhook.Key), cancel);
    }

    public Task<Outcome<Delivery>> AgainAsync(Id webhook, Caller caller, Id id, OperationId operation, CancellationToken cancel)
    {
        var (now, partition) = (time.GetUtcNow(), webhook.Partition + webhook.Key);
        return CommitAsync(webhook, caller, operation, WebhookStoredJson.Default.Delivery, PrepareAsync,
            WebhookSettlement.OfWaiting(partition), cancel);

        async Task<Outcome<Commit<Delivery>>> PrepareAsync()
        {
            if (await deliveries.FindAsync(partition, id.Key, cancel) is not { } known || known.Value.Workspace != id.Partition)
            {
                return Problems.NotFound("delivery");
            }
            if (known.Value.Status is DeliveryStatus.pending)
            {
                return new Commit<Delivery>(known.Value, []);
            }
            var again = known.Value.Again(now);
            return new Commit<Delivery>(again, DeliveryStore.Changed(partition, null, known, again));
        }
    }

    public Task<Outcome<Done>> AllAsync(
        Id webhook, Caller caller, DateTimeOffset since, OperationId operation, CancellationToken cancel) =>
        CommitAsync(webhook, caller, operation, ApiJson.Default.Done,
            () => Task.FromResult<Outcome<Commit<Done>>>(new Commit<Done>(new(), [])),
            WebhookSettlement.OfReplay(webhook.Partition + webhook.Key, since), cancel);

    /// <summary>Commits a change of the deliveries of a webhook that the caller may change.</summary>
    Task<Outcome<T>> CommitAsync<T>(
        Id webhook, Caller caller, OperationId operation, JsonTypeInfo<T> answer, Func<Task<Outcome<Commit<T>>>> prepare,
        DomainEvent happened, CancellationToken cancel)
    {
        return outbox.CommitAsync(
            tables.Deliveries, webhook.Partition + webhook.Key, operation, answer, PrepareAsync, cancel, happened);

        async Task<Outcome<Commit<T>>> PrepareAsync()
        {
            var found = webhooks.FindAsync(webhook, caller, cancel);
            var prepared = await prepare();
            return (await found).Problem is { } problem ? problem : prepared;
        }
    }
}
