using Planable.Content.Pages;
using Planable.Networks.Sandbox;
using Planable.Work;

namespace Planable.Networks.Metrics;

static class MetricsServices
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services) => services
        .AddSingleton<MetricsStore>().AddSingleton<SyncQueue>().AddSingleton<SyncRequests>().AddSingleton<NetworkQuestions>()
        .AddSingleton<SyncMetrics>().AddSingleton<PlanSyncs>().AddSingleton<ResumeSyncs>()
        .AddKeyedSingleton<IMetricsSource, SandboxMetrics>(Platforms.Sandbox)
        .AddKeyedSingleton<IFollowUp>(MetricsStore.Removal, (provider, _) => provider.GetRequiredService<MetricsStore>())
        .AddKeyedSingleton<IFollowUp>(SyncRequests.Kind, (provider, _) => provider.GetRequiredService<SyncRequests>());

    public static void MapMetrics(this IEndpointRouteBuilder api)
    {
        api.MapPageMetrics();
        api.MapPostMetrics();
        api.MapMetricsSummary();
    }
}
