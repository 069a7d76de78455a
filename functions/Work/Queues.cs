namespace Planable.Work;

/// <summary>The names of the queues. <c>infra/stores.json</c> names the same.</summary>
static class Queues
{
    public const string Outbox = "outbox", Media = "media", PublishPosts = "publish-posts", MetricSyncs = "metric-syncs";

    public static readonly string[] All = [Outbox, Media, PublishPosts, MetricSyncs];

    /// <summary>The queue to which the host moves messages that fail again and again.</summary>
    public static string Poison(string queue) => queue + "-poison";
}
