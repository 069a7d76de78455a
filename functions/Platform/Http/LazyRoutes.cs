using System.Reflection;
using Planable.Platform.Http;

namespace Planable;

/// <summary>
/// Maps routes like the framework's methods, which these hide in the product's namespaces, with differences. The code that binds a
/// route's parameters, which is compiled at run time, is made at the route's first call. Metadata that only the API reference needs is
/// inferred only for the reference. Query and body are checked before they are bound. HEAD is answered where GET is.
/// </summary>
static class LazyRoutes
{
    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, DescribedEndpoints.IsFor(routes.ServiceProvider) ? [HttpMethods.Get] : [HttpMethods.Get, HttpMethods.Head],
            pattern, handler);

    public static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, [HttpMethods.Post], pattern, handler);

    public static RouteHandlerBuilder MapPatch(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, [HttpMethods.Patch], pattern, handler);

    public static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        Map(routes, [HttpMethods.Delete], pattern, handler);

    static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string[] methods, string pattern, Delegate handler)
    {
        var route = RouteHandlerServices.Map(routes, pattern, handler, methods, Infer, Lazily);
        route.Add(IdConstraint.Constrain);
        return route;
    }

    static RequestDelegateMetadataResult Infer(MethodInfo handler, RequestDelegateFactoryOptions? options) =>
        DescribedEndpoints.IsFor(options?.ServiceProvider)
            ? RequestDelegateFactory.InferMetadata(handler, options) : new() { EndpointMetadata = [] };

    static RequestDelegateResult Lazily(Delegate handler, RequestDelegateFactoryOptions options, RequestDelegateMetadataResult? metadata)
    {
        var made = new Lazy<(RequestCheck Check, RequestDelegate Run)>(
            () => (new(handler.Method), RequestDelegateFactory.Create(handler, options).RequestDelegate));
        return new(RunAsync, [.. options.EndpointBuilder!.Metadata]);

        async Task RunAsync(HttpContext http)
        {
            var (check, run) = made.Value;
            await (await check.CheckAsync(http) is { } problem ? problem.ExecuteAsync(http) : run(http));
        }
    }
}
