using Planable.Company.Workspaces;
using Planable.Content.Posts;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Networks.Metrics;

static class MetricsServices
{
    /// <summary>The most syncs that one run of the timer checks.</summary>
    const int MaxPerRun = 1_000;

    public static IServiceCollection AddMetrics(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(SyncSettings.Read(configuration)).AddApiJson(MetricsApiJson.Default)
        .AddJobQueue(Queues.MetricSyncs, () => MetricsStoredJson.Default.MessageSyncJob)
        .AddSingleton<MetricsFetcher>().AddSingleton<SyncMetrics>().AddSingleton<PlanSyncs>()
        .AddSingleton<MetricsStore>().AddSingleton<IWorkspaceData>(provider => provider.GetRequiredService<MetricsStore>())
        .AddEventHandler<MetricsStore>(PostDeletion.Deleted)
        .AddSingleton<SyncedMetrics>().AddEventHandler<SyncedMetrics>(SyncedMetrics.Synced)
        .AddSingleton<SyncRequests>().AddEventHandler<SyncRequests>(SyncRequests.Requested)
        .AddDueHandler<SyncRequests>(SyncRequests.Kind, MaxPerRun);

    public static void MapMetrics(this IEndpointRouteBuilder api)
    {
        api.MapPageMetrics();
        api.MapPostMetrics();
        api.MapMetricsSummary();
    }
}
