using Microsoft.AspNetCore.Http.Features;

namespace Planable.Platform.Http;

/// <summary>
/// The read of the row that a route's path or query names. It starts while the token is still being verified; the handler awaits its
/// result.
/// </summary>
sealed class Prefetch<T>(Task<T> result)
{
    public Task<T> Result { get; } = result;

    public static ValueTask<Prefetch<T>> BindAsync(HttpContext http) =>
        ValueTask.FromResult(http.Features.GetRequiredFeature<Prefetch<T>>());
}

/// <summary>Starts an endpoint's read. Token authentication runs it in parallel with its own.</summary>
sealed record PrefetchMetadata(Action<HttpContext> Begin);

static class PrefetchExtensions
{
    /// <summary>
    /// Starts <paramref name="read"/> in parallel with reading the token's row. The caller is not authorized yet, so it may only read.
    /// </summary>
    public static RouteHandlerBuilder Prefetches<T>(this RouteHandlerBuilder route, Func<HttpContext, Task<T>> read) =>
        route.WithMetadata(new PrefetchMetadata(http => http.Features.Set(new Prefetch<T>(read(http)))));
}
