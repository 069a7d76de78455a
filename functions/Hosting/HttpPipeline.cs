using Microsoft.AspNetCore.Http.Features;

namespace Planable.Hosting;

/// <summary>The app's own pipeline: middleware, routing, endpoints. The HTTP functions return it, and so run it.</summary>
sealed class HttpPipeline(IServiceProvider services, Action<IApplicationBuilder> configure)
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
            await httpContext.RequestServices.GetRequiredService<HttpPipeline>().Build()(httpContext);
            if (!httpContext.Response.HasStarted)
            {
                // What sets headers as an answer starts may need the call's services, which end with the function.
                await httpContext.Response.CompleteAsync();
            }
        }
    }
}
