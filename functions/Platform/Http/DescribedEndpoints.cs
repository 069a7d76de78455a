using Microsoft.Extensions.Primitives;

namespace Planable.Platform.Http;

/// <summary>
/// The endpoints again, with the metadata for the API reference. Inferring it from every handler takes as long as the rest of the start,
/// and calls do not need it. So it is made when somebody first opens the reference.
/// </summary>
sealed class DescribedEndpoints(IServiceProvider services, Action<IEndpointRouteBuilder> map) : EndpointDataSource
{
    readonly Lazy<IReadOnlyList<Endpoint>> _all = new(() =>
    {
        var routes = new Routes(services);
        map(routes);
        return [.. routes.DataSources.SelectMany(source => source.Endpoints)];
    });

    public override IReadOnlyList<Endpoint> Endpoints => _all.Value;

    public override IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);

    /// <summary>Whether a route is mapped for the reference.</summary>
    public static bool IsFor(IServiceProvider? services) => services is Describing;

    sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider { get; } = new Describing(services);

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }

    /// <summary>The app's services, wrapped in a type by which <see cref="IsFor"/> recognizes them.</summary>
    sealed class Describing(IServiceProvider services) : IServiceProvider
    {
        public object? GetService(Type serviceType) => services.GetService(serviceType);
    }
}
