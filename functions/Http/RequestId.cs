using Planable.Storage;

namespace Planable.Http;

static class RequestId
{
    /// <summary>Names every call, in <c>X-Request-Id</c>, in its error if it has one, and in the log.</summary>
    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.TraceIdentifier = "req_" + Ids.NewRecord();
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["X-Request-Id"] = http.TraceIdentifier;
            return Task.CompletedTask;
        });
        return next(http);
    });
}
