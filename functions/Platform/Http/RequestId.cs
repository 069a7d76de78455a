namespace Planable.Platform.Http;

static class RequestId
{
    static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("{RequestId}");

    /// <summary>Gives every call an id: in <c>X-Request-Id</c>, in its error response, and in every line of its log.</summary>
    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RequestId).FullName!);
        return app.Use(async (http, next) =>
        {
            Name(http);
            using var scope = Scope(log, http.TraceIdentifier);
            await next(http);
        });
    }

    /// <summary>Sets the id of a call and the response header.</summary>
    public static void Name(HttpContext http)
    {
        http.TraceIdentifier = "req_" + Base32.NewName();
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["X-Request-Id"] = http.TraceIdentifier;
            return Task.CompletedTask;
        });
    }
}
