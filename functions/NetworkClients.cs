using Planable.Networks;
using Planable.Networks.X;

namespace Planable;

/// <summary>The social networks that pages can be connected to.</summary>
static class NetworkClients
{
    public static IServiceCollection AddNetworkClients(this IServiceCollection services) => services.AddNetworks()
        .AddNetwork<XPublisher, XMetricsSource, XSignIn>(XApi.Network);
}
