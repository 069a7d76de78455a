using Microsoft.Extensions.Primitives;

namespace Planable.Platform.Http;

/// <summary>
/// The endpoints once more, with all that the reference tells of them: inferring it from every handler takes as long as the rest of the
/// start, and calls do not need it. Made when somebody first asks for the reference.
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

    /// <summary>The app's services, known by their type to whatever a route passes them on to.</summary>
    sealed class Describing(IServiceProvider services) : IServiceProvider
    {
        public object? GetService(Type serviceType) => services.GetService(serviceType);
    }
}
