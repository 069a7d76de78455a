using Microsoft.AspNetCore.Http.Features;

namespace Planable.Platform.Http;

/// <summary>The read that a route's path or query names, begun while the token is still being verified; its result waits here for the handler.</summary>
sealed class ReadAhead<T>(Task<T> result)
{
    public Task<T> Result { get; } = result;

    public static ValueTask<ReadAhead<T>> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.GetRequiredFeature<ReadAhead<T>>());
}

/// <summary>Begins an endpoint's read; the token authentication runs it beside its own.</summary>
sealed record ReadAheadMetadata(Action<HttpContext> Begin);

static class ReadAheadExtensions
{
    /// <summary>Reads what <paramref name="read"/> says beside the token's row. It is asked before anyone is known to be allowed to: reads only.</summary>
    public static RouteHandlerBuilder ReadsAhead<T>(this RouteHandlerBuilder route, Func<HttpContext, Task<T>> read) =>
        route.WithMetadata(new ReadAheadMetadata(http => http.Features.Set(new ReadAhead<T>(read(http)))));
}
