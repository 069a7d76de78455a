using Planable.Networks;
using Planable.Networks.Connecting;
using Planable.Networks.Google;
using Planable.Networks.LinkedIn;
using Planable.Networks.Meta;
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
        .AddConnecting()
        .AddNetwork<FacebookPublisher, FacebookMetrics, FacebookSignIn>(FacebookApi.Network)
        .AddNetwork<InstagramPublisher, InstagramMetrics, InstagramSignIn>(InstagramApi.Network)
        .AddNetwork<ThreadsPublisher, ThreadsMetrics, ThreadsSignIn>(ThreadsApi.Network)
        .AddNetwork<LinkedInPublisher, LinkedInMetrics, LinkedInSignIn>(LinkedInApi.Network)
        .AddNetwork<YouTubePublisher, YouTubeMetrics, YouTubeSignIn>(YouTubeApi.Network)
        .AddNetwork<TikTokPublisher, TikTokMetrics, TikTokSignIn>(TikTokApi.Network)
        .AddNetwork<XPublisher, XMetrics, XSignIn>(XApi.Network)
        .AddNetwork<PinterestPublisher, PinterestMetrics, PinterestSignIn>(PinterestApi.Network)
        .AddNetwork<BusinessPublisher, BusinessMetrics, BusinessSignIn>(BusinessApi.Network);

    /// <summary>Registers a network's client under the name in Page.Network.</summary>
    static IServiceCollection AddNetwork<TPublisher, TMetrics, TSignIn>(this IServiceCollection services, string network)
        where TPublisher : class, IPublisher where TMetrics : class, IMetricsSource where TSignIn : class, INetworkSignIn => services
        .AddKeyedSingleton<IPublisher, TPublisher>(network).AddKeyedSingleton<IMetricsSource, TMetrics>(network)
        .AddKeyedSingleton<INetworkSignIn, TSignIn>(network);
}
