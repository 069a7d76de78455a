using Microsoft.AspNetCore.Diagnostics;

namespace Planable.Platform.Telemetry;

static class CallTelemetry
{
    static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>Names the span of each call by its route, which contains no ids, and counts the call's storage calls.</summary>
    public static void UseCallTelemetry(this IApplicationBuilder app)
    {
        if (TelemetryExport.IsOn(app.ApplicationServices.GetRequiredService<IConfiguration>()))
        {
            app.Use(RecordAsync);
        }
    }

    static async Task RecordAsync(HttpContext http, RequestDelegate next)
    {
        var storage = AzureCalls.Begin();
        try
        {
            await next(http);
        }
        finally
        {
            // After a failure, the exception handler has removed the endpoint from the call.
            var endpoint = http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint();
            var method = Methods.Contains(http.Request.Method) ? http.Request.Method : "_OTHER";
            var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "";
            if (System.Diagnostics.Activity.Current is { } span)
            {
                span.DisplayName = $"{method} {route}";
                span.SetTag("http.request.method", method).SetTag("http.route", route)
                    .SetTag("http.response.status_code", http.Response.StatusCode).SetTag("request.id", http.TraceIdentifier);
            }
            AppTelemetry.Called(method, route, storage.Value);
        }
    }
}
