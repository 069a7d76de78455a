using Planable.Networks.Metrics;

namespace Planable.Networks;

static class NetworkServices
{
    /// <summary>What all clients of networks share.</summary>
    public static IServiceCollection AddNetworks(this IServiceCollection services) => services
        .AddSingleton<NetworkHttp>().AddSingleton<NetworkApps>().AddSingleton<PageGrants>().AddSingleton<PublicationFiles>();

    /// <summary>Registers a network's client under the name in Page.Network.</summary>
    public static IServiceCollection AddNetwork<TPublisher, TMetrics, TSignIn>(this IServiceCollection services, string network)
        where TPublisher : class, IPublisher where TMetrics : class, IMetricsSource where TSignIn : class, INetworkSignIn => services
        .AddKeyedSingleton<IPublisher, TPublisher>(network).AddKeyedSingleton<IMetricsSource, TMetrics>(network)
        .AddKeyedSingleton<INetworkSignIn, TSignIn>(network);
}
