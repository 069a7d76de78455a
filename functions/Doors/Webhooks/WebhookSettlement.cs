using System.Globalization;
using Planable.Platform.Secrets;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>
/// Does what follows changes of webhooks: deletes secrets that nobody uses, and the deliveries of a deleted webhook; and has waiting
/// deliveries sent.
/// </summary>
sealed class WebhookSettlement(
    WebhookStore webhooks, DeliveryStore deliveries, SecretStore secrets, JobQueue<DeliveryJob> jobs, TimeProvider time) : IEventHandler
{
    public const string SecretMade = "webhook-secret-made", Deleted = "webhook-deleted", Waiting = "webhook-waiting",
        Replayed = "webhook-replayed";

    public static DomainEvent OfSecret(string partition, string secret) => new(SecretMade, $"{partition}~{secret}");

    public static DomainEvent OfDeletion(string partition) => new(Deleted, partition);

    /// <summary>Deliveries wait, and the webhook may be idle.</summary>
    public static DomainEvent OfWaiting(string partition) => new(Waiting, partition);

    /// <summary>All failed deliveries of events since this time are to be sent again.</summary>
    public static DomainEvent OfReplay(string partition, DateTimeOffset since) => new(Replayed, $"{partition}~{since.UtcTicks}");

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        string[] parts = happened.Subject.Split('~');
        var partition = parts[0];
        switch (happened.Name)
        {
            case SecretMade:
                return await SettleAsync(partition, parts[1], cancel);
            case Deleted:
                await RemoveAsync(partition, cancel);
                return null;
            case Replayed:
                await deliveries.ReplayAsync(
                    partition, new(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero), cancel);
                break;
        }
        await jobs.SendAsync(new(partition), cancel: cancel);
        return null;
    }

    public async Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel) =>
        planned.Name == SecretMade && planned.Subject.Split('~') is [var partition, var secret]
            ? await SettleAsync(partition, secret, cancel) : null;

    async Task RemoveAsync(string partition, CancellationToken cancel)
    {
        var id = Webhook.Parse(partition);
        foreach (var secret in (await webhooks.FindAsync(id, cancel))?.Secrets ?? [])
        {
            await secrets.DeleteAsync(secret.Name, cancel);
        }
        await deliveries.DeleteAsync(partition, cancel);
        await webhooks.RemoveAsync(id, cancel);
    }

    /// <summary>Deletes a new secret that its webhook does not name, and the webhook's secrets that have expired.</summary>
    /// <returns>How long the next of the old secrets is still valid.</returns>
    async Task<TimeSpan?> SettleAsync(string partition, string made, CancellationToken cancel)
    {
        var (id, now) = (Webhook.Parse(partition), time.GetUtcNow());
        var webhook = await webhooks.FindAsync(id, cancel);
        if (webhook is null || !Array.Exists(webhook.Secrets, secret => secret.Name == made))
        {
            await secrets.DeleteAsync(made, cancel);
        }
        var expired = webhook?.Secrets.Where(secret => secret.Until <= now).ToArray() ?? [];
        foreach (var secret in expired)
        {
            await secrets.DeleteAsync(secret.Name, cancel);
        }
        if (expired.Length > 0)
        {
            await webhooks.ForgetAsync(id, expired, cancel);
        }
        return webhook?.Secrets.Where(secret => secret.Until > now).Min(secret => secret.Until) - now;
    }
}
