using System.Net;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Planable.Platform.Telemetry;

namespace Planable.Platform.Http;

static class HttpServices
{
    /// <summary>Adds what every call needs: its id, its deadline, the shape of its errors, its limits.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(HttpSettings.Read(configuration));
        services.AddJson().AddValidation().AddSingleton<BodyValidation>();
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>().AddProblemDetails();
        services.AddExceptionHandler<ErrorHandling>();
        services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = Limits.Deadline,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
        });
        services.AddGuardedClient(configuration);
        return services
            .Configure<ForwardedHeadersOptions>(options =>
            {
                // The Functions host forwards calls to us from loopback. Which address the caller has, only the front end knows.
                options.ForwardedHeaders = ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto;
            })
            .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
            .Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = Limits.DrainedBody;
            });
    }

    public static IServiceCollection AddGuardedClient(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(FetchSettings.Read(configuration)).AddSingleton<Resolve>(Dns.GetHostAddressesAsync)
        .AddSingleton<Reachable>(PublicAddresses.Contain).AddSingleton<GuardedClient>();

    /// <summary>Middleware that runs before routing.</summary>
    public static void UseHttp(this IApplicationBuilder app)
    {
        app.UseForwardedHeaders();
        app.UseRequestId();
        app.UseCallTelemetry();
    }

    /// <summary>Middleware from the error handling to the authorization of the endpoint.</summary>
    public static void UseErrorsAndLimits(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseBodyLimit();
        app.UseRouting();
        app.UseAddresses();
        app.UseRequestTimeouts();
        app.UseAuthorization();
    }
}
