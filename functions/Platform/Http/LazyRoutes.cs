using System.Reflection;
using Planable.Platform.Http;

namespace Planable;

/// <summary>
/// Maps routes like the framework's methods, which these hide in the product's namespaces, with two differences. The code that binds a
/// route's parameters, which is compiled at run time, is made at the route's first call. Metadata that only the API reference needs is
/// inferred only for the reference.
/// </summary>
static class LazyRoutes
{
    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, HttpMethods.Get, pattern, handler);

    public static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, HttpMethods.Post, pattern, handler);

    public static RouteHandlerBuilder MapPatch(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, HttpMethods.Patch, pattern, handler);

    public static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, HttpMethods.Delete, pattern, handler);

    static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string method, string pattern, Delegate handler) =>
        RouteHandlerServices.Map(routes, pattern, handler, [method], Infer, Lazily);

    static RequestDelegateMetadataResult Infer(MethodInfo handler, RequestDelegateFactoryOptions? options) =>
        DescribedEndpoints.IsFor(options?.ServiceProvider)
            ? RequestDelegateFactory.InferMetadata(handler, options) : new() { EndpointMetadata = [] };

    static RequestDelegateResult Lazily(Delegate handler, RequestDelegateFactoryOptions options, RequestDelegateMetadataResult? metadata)
    {
        var made = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(handler, options).RequestDelegate);
        return new(http => made.Value(http), [.. options.EndpointBuilder!.Metadata]);
    }
}
