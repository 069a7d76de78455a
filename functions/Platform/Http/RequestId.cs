namespace Planable.Platform.Http;

static class RequestId
{
    static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("{RequestId}");

    /// <summary>Names every call, in <c>X-Request-Id</c>, in its error if it has one, and in every line of its log.</summary>
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

    /// <summary>Gives a call its name, and its answer the header that says it.</summary>
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
