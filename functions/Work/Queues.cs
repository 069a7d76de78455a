namespace Planable.Work;

/// <summary>The names of the queues. Keep them the same in <c>infra/stores.json</c>.</summary>
static class Queues
{
    public const string Outbox = "outbox", Media = "media", PublishPosts = "publish-posts", MetricSyncs = "metric-syncs",
        WebhookDeliveries = "webhook-deliveries", ContentDeliveries = "cms-deliveries";

    public static readonly string[] All = [Outbox, Media, PublishPosts, MetricSyncs, WebhookDeliveries, ContentDeliveries];

    /// <summary>The queue to which the host moves messages that failed too often.</summary>
    public static string Poison(string queue) => queue + "-poison";
}
