using Azure.Storage.Queues;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Operate;

/// <summary>Checks whether a dependency answers. The result is cached, because the health endpoints are public.</summary>
abstract class CachedHealth(TimeSpan cacheFor, TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    volatile CachedResult? _last;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_last is not { } last || (last.Result.IsCompleted && time.GetElapsedTime(last.Since) > cacheFor))
        {
            _last = last = new(time.GetTimestamp(), CheckAsync());
        }
        return last.Result;
    }

    /// <summary>Throws if the dependency does not answer.</summary>
    protected abstract Task ProbeAsync(CancellationToken cancel);

    async Task<HealthCheckResult> CheckAsync()
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            await ProbeAsync(limit.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception)
        {
            return HealthCheckResult.Unhealthy();
        }
    }

    sealed record CachedResult(long Since, Task<HealthCheckResult> Result);
}

/// <summary>Checks that tables and queues answer.</summary>
sealed class StorageHealth(Tables tables, QueueServiceClient queues, TimeProvider time) : CachedHealth(TimeSpan.FromSeconds(1), time)
{
    protected override Task ProbeAsync(CancellationToken cancel) => Task.WhenAll(
        tables.Companies.FindAsync("health", "health", cancel),
        queues.GetQueueClient(Queues.Outbox).GetPropertiesAsync(cancel));
}

/// <summary>Checks that the storage has the version that the app needs. Makes no storage call.</summary>
sealed class VersionHealth(StorageGate gate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gate.Refusal is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}

/// <summary>Checks that the vault answers. The result is cached longer, because the vault throttles.</summary>
sealed class SecretsHealth(SecretStore secrets, TimeProvider time) : CachedHealth(TimeSpan.FromSeconds(10), time)
{
    protected override Task ProbeAsync(CancellationToken cancel) => secrets.GetAsync("health", cancel);
}

static class HealthEndpoints
{
    public static IServiceCollection AddOperation(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<StorageHealth>("storage").AddCheck<VersionHealth>("version").AddCheck<SecretsHealth>("secrets");
        return services.AddSingleton<StorageHealth>().AddSingleton<SecretsHealth>().AddSingleton<QueueWatch>().AddSingleton<OutboxSweep>();
    }

    /// <summary>
    /// <c>/api/health</c> says that the app runs, <c>/api/health/ready</c> whether it can serve calls.
    /// The answer is one word.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/api/health", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/api/health/ready");
    }
}
