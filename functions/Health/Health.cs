using Azure.Storage.Queues;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Planable.Storage;

namespace Planable.Health;

/// <summary>Whether tables and queues answer. Remembered for a second: anybody may ask.</summary>
sealed class StorageHealth(Tables tables, QueueServiceClient queues, TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(3);

    volatile Answer? _last;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_last is not { } last || (last.Result.IsCompleted && time.GetElapsedTime(last.Since) > Remembered))
        {
            _last = last = new(time.GetTimestamp(), AskAsync());
        }
        return last.Result;
    }

    async Task<HealthCheckResult> AskAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await Task.WhenAll(
                tables.Companies.FindAsync("health", "health", limit.Token),
                queues.GetQueueClient(Commits.Queue).GetPropertiesAsync(limit.Token));
            return HealthCheckResult.Healthy();
        }
        catch (Exception)
        {
            return HealthCheckResult.Unhealthy();
        }
    }

    sealed record Answer(long Since, Task<HealthCheckResult> Result);
}

static class HealthEndpoints
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<StorageHealth>("storage");
        return services.AddSingleton<StorageHealth>();
    }

    /// <summary><c>/api/health</c> says that the app runs, <c>/api/health/ready</c> whether it can serve; a word each, no more.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/api/health", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/api/health/ready");
    }
}
