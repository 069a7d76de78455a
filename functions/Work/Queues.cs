namespace Planable.Work;

/// <summary>The queues there are: for attributes, for senders, and for who makes or watches them. <c>infra/stores.json</c> names the same.</summary>
static class Queues
{
    public const string FollowUps = "follow-ups", Media = "media", PublishPosts = "publish-posts", MetricSyncs = "metric-syncs";

    public static readonly string[] All = [FollowUps, Media, PublishPosts, MetricSyncs];

    /// <summary>Where messages go that fail again and again, as the host names it.</summary>
    public static string Poison(string queue) => queue + "-poison";
}
