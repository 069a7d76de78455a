using Microsoft.AspNetCore.Http.Timeouts;

namespace Planable.Http;

static class HttpServices
{
    /// <summary>What every call passes: its id, its deadline, its errors' shape, its limits.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services)
    {
        services.AddJson().AddValidation();
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>().AddProblemDetails();
        services.AddExceptionHandler<ErrorHandling>();
        services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = Limits.Deadline,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
        });
        return services
            .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
            .Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = Limits.Body;
            });
    }

    public static void UseHttp(this WebApplication app)
    {
        app.UseRequestId();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
