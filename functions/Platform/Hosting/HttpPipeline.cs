using Microsoft.AspNetCore.Http.Features;

namespace Planable.Platform.Hosting;

/// <summary>The app's own pipeline: middleware, routing, endpoints. The HTTP functions return it, and so run it.</summary>
sealed partial class HttpPipeline(IServiceProvider services, Action<IApplicationBuilder> configure, ILogger<HttpPipeline> log)
{
    readonly Lazy<RequestDelegate> _run = new(() =>
    {
        var app = new ApplicationBuilder(services);
        configure(app);
        return app.Build();
    });

    public static IResult Result { get; } = new Run();

    /// <summary>Builds it, so that the first call need not.</summary>
    public RequestDelegate Build() => _run.Value;

    async Task RunAsync(HttpContext http)
    {
        try
        {
            await Build()(http);
            if (!http.Response.HasStarted)
            {
                // What sets headers as an answer starts may need the call's services, which end with the function.
                await http.Response.CompleteAsync();
            }
        }
        catch (Exception e)
        {
            // It must not leave the function: the answer would end as if it were whole, and the host be told why it is not.
            if (!http.RequestAborted.IsCancellationRequested)
            {
                LogFailed(e, http.TraceIdentifier);
            }
            if (http.Response.HasStarted)
            {
                http.Abort();
            }
            else
            {
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed, and its answer is cut off")]
    partial void LogFailed(Exception exception, string requestId);

    sealed class Run : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            // The function's route has done its work; ours begin anew.
            httpContext.SetEndpoint(null);
            httpContext.Request.RouteValues = [];
            // We run under the host's message; the call's span is that of its HTTP half.
            System.Diagnostics.Activity.Current = httpContext.Features.Get<IHttpActivityFeature>()?.Activity;
            // The connection is the Functions host's, whose address says nothing about the caller.
            httpContext.Connection.RemoteIpAddress = null;
            await httpContext.RequestServices.GetRequiredService<HttpPipeline>().RunAsync(httpContext);
        }
    }
}
