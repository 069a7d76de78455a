using Microsoft.AspNetCore.Http.Features;

namespace Planable.Platform.Hosting;

/// <summary>
/// The app's own pipeline: middleware, routing, endpoints. The HTTP functions return <see cref="Result"/>, which runs it.
/// </summary>
sealed partial class HttpPipeline(IServiceProvider services, Action<IApplicationBuilder> configure, ILogger<HttpPipeline> log)
{
    readonly Lazy<RequestDelegate> _run = new(() =>
    {
        var app = new ApplicationBuilder(services);
        configure(app);
        return app.Build();
    });

    public static IResult Result { get; } = new Run();

    /// <summary>Builds the pipeline before the first call needs it.</summary>
    public RequestDelegate Build() => _run.Value;

    async Task RunAsync(HttpContext http)
    {
        try
        {
            await Build()(http);
            if (!http.Response.HasStarted)
            {
                // Callbacks that set response headers may need the call's services, which are disposed of when the function ends.
                await http.Response.CompleteAsync();
            }
        }
        catch (Exception e)
        {
            // The exception must not leave the function: the response would end as if it were complete, and the host would log the reason.
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

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed, and its response is cut off")]
    partial void LogFailed(Exception exception, string requestId);

    sealed class Run : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            // The function's own route has matched; our routing starts from nothing.
            httpContext.SetEndpoint(null);
            httpContext.Request.RouteValues = [];
            // The current activity is that of the gRPC message. The span of the call belongs to its HTTP half.
            System.Diagnostics.Activity.Current = httpContext.Features.Get<IHttpActivityFeature>()?.Activity;
            // The connection is the Functions host's, whose address says nothing about the caller.
            httpContext.Connection.RemoteIpAddress = null;
            await httpContext.RequestServices.GetRequiredService<HttpPipeline>().RunAsync(httpContext);
        }
    }
}
