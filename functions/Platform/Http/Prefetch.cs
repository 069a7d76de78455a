using Microsoft.AspNetCore.Http.Features;

namespace Planable.Platform.Http;

/// <summary>
/// The read that a route's path or query names, begun while the token is still being verified;
/// its result waits here for the handler.
/// </summary>
sealed class Prefetch<T>(Task<T> result)
{
    public Task<T> Result { get; } = result;

    public static ValueTask<Prefetch<T>> BindAsync(HttpContext http) =>
        ValueTask.FromResult(http.Features.GetRequiredFeature<Prefetch<T>>());
}

/// <summary>Begins an endpoint's read; the token authentication runs it beside its own.</summary>
sealed record PrefetchMetadata(Action<HttpContext> Begin);

static class PrefetchExtensions
{
    /// <summary>
    /// Reads what <paramref name="read"/> says beside the token's row. It is asked before anyone is known to be allowed to:
    /// reads only.
    /// </summary>
    public static RouteHandlerBuilder Prefetches<T>(this RouteHandlerBuilder route, Func<HttpContext, Task<T>> read) =>
        route.WithMetadata(new PrefetchMetadata(http => http.Features.Set(new Prefetch<T>(read(http)))));
}
