using System.Globalization;
using Microsoft.Net.Http.Headers;
using Planable.Platform.Http;
using Planable.Platform.Telemetry;

namespace Planable.Company.RateLimits;

static class RateLimitHeaders
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(RateLimitSettings.Read(configuration)).AddSingleton<TokenLimiter>().AddSingleton<AddressLimiter>();

    /// <summary>
    /// Adds the remaining calls to every response of the API: as the common <c>X-RateLimit-*</c> headers, with the reset in epoch seconds,
    /// and as in draft-ietf-httpapi-ratelimit-headers, with the reset in seconds from now. A call that no limit counted gets the limit of
    /// its address.
    /// </summary>
    public static IApplicationBuilder UseRateLimitHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(static state => WriteAsync((HttpContext)state), http);
        return next(http);
    });

    static Task WriteAsync(HttpContext http)
    {
        var limit = http.Features.Get<RateLimit>()
            ?? (http.Request.Path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase)
                ? http.RequestServices.GetRequiredService<AddressLimiter>().Look(http.ClientIp()) : null);
        if (limit is null)
        {
            return Task.CompletedTask;
        }
        var headers = http.Response.Headers;
        var wait = Math.Max(
            0, Math.Ceiling((limit.Reset - http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).TotalSeconds));
        headers["X-RateLimit-Limit"] = Number(limit.Limit);
        headers["X-RateLimit-Remaining"] = Number(limit.Remaining);
        headers["X-RateLimit-Reset"] = Number(Math.Ceiling(limit.Reset.Subtract(DateTimeOffset.UnixEpoch).TotalSeconds));
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Policy}\";q={limit.Limit};w=60");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Policy}\";r={limit.Remaining};t={wait}");
        if (limit.IsOver)
        {
            AppTelemetry.RateLimited(limit.Policy);
            headers[HeaderNames.RetryAfter] = Number(Math.Max(1, wait));
        }
        return Task.CompletedTask;
    }

    static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
