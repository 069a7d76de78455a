using Azure.Data.Tables;
using Planable.Content.Events;
using Planable.Content.Posts;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>Logs that metrics were synced, in companies that have webhooks: elsewhere nobody asks, and syncs are many.</summary>
sealed class SyncedMetrics(Tables tables, Outbox outbox, EventLog events) : IEventHandler
{
    public const string Synced = "metrics-synced";
    const string TeamOnly = "team";

    /// <summary>What the sync's transaction writes so that it is logged.</summary>
    public async Task<TableTransactionAction[]> AnnounceAsync(Subject subject, Post? post, string run, CancellationToken cancel) =>
        !await events.HasListenersAsync(subject.Id.Partition, cancel) ? []
        : [await outbox.AnnounceAsync(
            tables.Metrics, subject.Partition, [new(Synced, $"{subject}~{run}~{(post?.TeamOnly is true ? TeamOnly : "")}")], cancel)];

    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (happened.Subject.Split('~') is [var id, var run, var who] && Subject.Parse(id) is { } subject)
        {
            await events.LogOnceAsync(
                subject.Id.Partition, run, new(EventTypes.MetricsSynced, id) { TeamOnly = who == TeamOnly }, cancel);
        }
        return null;
    }
}
