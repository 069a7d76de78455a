using System.Net;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Planable.Platform.Telemetry;

namespace Planable.Platform.Http;

static class HttpServices
{
    /// <summary>What every call passes: its id, its deadline, its errors' shape, its limits.</summary>
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
                // The Functions host proxies to us from loopback. What it says of the caller's address is the front end's.
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

    /// <summary>What every call passes before it is known what it is for.</summary>
    public static void UseHttp(this IApplicationBuilder app)
    {
        app.UseForwardedHeaders();
        app.UseRequestId();
        app.UseCallTelemetry();
    }

    /// <summary>What every call passes on its way to its endpoint.</summary>
    public static void UseErrorsAndLimits(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseBodyLimit();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthorization();
    }
}
