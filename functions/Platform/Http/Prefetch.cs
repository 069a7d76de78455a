using Microsoft.AspNetCore.Http.Features;

namespace Planable.Platform.Http;

/// <summary>
/// The read of the row that a route's path or query names. It starts when its result is first asked for: by the handler, or already while
/// the token is being verified.
/// </summary>
sealed class Prefetch<T>(Func<Task<T>> read)
{
    Task<T>? _result;

    public Task<T> Result => _result ??= read();

    public static ValueTask<Prefetch<T>> BindAsync(HttpContext http) =>
        ValueTask.FromResult(http.Features.GetRequiredFeature<Prefetch<T>>());
}

/// <summary>The read that an endpoint can begin before its handler runs.</summary>
/// <param name="Workspace">The key of the workspace that is read; null if the call names none.</param>
/// <param name="Prepare">Makes the read available to the handler, and begins it at once if the second argument is true.</param>
sealed record PrefetchMetadata(Func<HttpContext, string?> Workspace, Action<HttpContext, bool> Prepare);

static class PrefetchExtensions
{
    /// <summary>
    /// Lets token authentication start <paramref name="read"/> in parallel with reading the token's row, if it expects the caller to be
    /// allowed to view the workspace.
    /// </summary>
    public static RouteHandlerBuilder Prefetches<T>(
        this RouteHandlerBuilder route, Func<HttpContext, string?> workspace, Func<HttpContext, Task<T>> read) =>
        route.WithMetadata(new PrefetchMetadata(workspace, (http, now) =>
        {
            var prefetch = new Prefetch<T>(() => read(http));
            http.Features.Set(prefetch);
            _ = now ? prefetch.Result : null;
        }));
}
