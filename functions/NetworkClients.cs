using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Pinterest;
using Planable.Networks.TikTok;
using Planable.Networks.X;

namespace Planable;

/// <summary>The social networks that pages can be connected to.</summary>
static class NetworkClients
{
    public static IServiceCollection AddNetworkClients(this IServiceCollection services) => services
        .AddSingleton<NetworkHttp>().AddSingleton<NetworkApps>().AddSingleton<PageGrants>().AddSingleton<PublicationFiles>()
        .AddNetwork<PinterestPublisher, PinterestMetricsSource, PinterestSignIn>(PinterestApi.Network)
        .AddNetwork<TikTokPublisher, TikTokMetricsSource, TikTokSignIn>(TikTokApi.Network)
        .AddNetwork<XPublisher, XMetricsSource, XSignIn>(XApi.Network);

    /// <summary>Registers a network's client under the name in Page.Network.</summary>
    static IServiceCollection AddNetwork<TPublisher, TMetrics, TSignIn>(this IServiceCollection services, string network)
        where TPublisher : class, IPublisher where TMetrics : class, IMetricsSource where TSignIn : class, INetworkSignIn => services
        .AddKeyedSingleton<IPublisher, TPublisher>(network).AddKeyedSingleton<IMetricsSource, TMetrics>(network)
        .AddKeyedSingleton<INetworkSignIn, TSignIn>(network);
}
