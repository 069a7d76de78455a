using Planable.Hosting;
using Planable.Networks;
using Planable.Pages;
using Planable.Storage;

namespace Planable.Metrics;

static class MetricsServices
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services) => services
        .AddSingleton<MetricsStore>().AddSingleton<SyncQueue>().AddSingleton<SyncRequests>().AddSingleton<NetworkQuestions>().AddSingleton<SyncMetrics>().AddSingleton<PlanSyncs>()
        .AddKeyedSingleton<IMetricsSource, SandboxMetrics>(Platforms.Sandbox)
        .AddKeyedSingleton<IQueueFunction>("SyncMetrics", (provider, _) => provider.GetRequiredService<SyncMetrics>())
        .AddKeyedSingleton<ITimerFunction>("PlanSyncs", (provider, _) => provider.GetRequiredService<PlanSyncs>())
        .AddKeyedSingleton<ITimerFunction, ResumeSyncs>("ResumeSyncs")
        .AddKeyedSingleton<IFollowUp>(MetricsStore.Removal, (provider, _) => provider.GetRequiredService<MetricsStore>())
        .AddKeyedSingleton<IFollowUp>(SyncRequests.Kind, (provider, _) => provider.GetRequiredService<SyncRequests>());

    public static void MapMetrics(this IEndpointRouteBuilder api)
    {
        api.MapPageMetrics();
        api.MapPostMetrics();
        api.MapMetricsSummary();
    }
}
