using Azure.Storage.Queues;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Operate;

/// <summary>Whether something answers. Remembered for a while: anybody may ask.</summary>
abstract class RememberedHealth(TimeSpan remembered, TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    volatile Answer? _last;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_last is not { } last || (last.Result.IsCompleted && time.GetElapsedTime(last.Since) > remembered))
        {
            _last = last = new(time.GetTimestamp(), AnswerAsync());
        }
        return last.Result;
    }

    /// <summary>Throws where it does not answer.</summary>
    protected abstract Task AskAsync(CancellationToken cancel);

    async Task<HealthCheckResult> AnswerAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await AskAsync(limit.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception)
        {
            return HealthCheckResult.Unhealthy();
        }
    }

    sealed record Answer(long Since, Task<HealthCheckResult> Result);
}

/// <summary>Tables and queues.</summary>
sealed class StorageHealth(Tables tables, QueueServiceClient queues, TimeProvider time) : RememberedHealth(TimeSpan.FromSeconds(1), time)
{
    protected override Task AskAsync(CancellationToken cancel) => Task.WhenAll(
        tables.Companies.FindAsync("health", "health", cancel),
        queues.GetQueueClient(Queues.Outbox).GetPropertiesAsync(cancel));
}

/// <summary>Whether the storage has the version that the app works with. It asks nobody.</summary>
sealed class VersionHealth(StorageGate gate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gate.Refusal is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}

/// <summary>The vault, which throttles: it is asked less often.</summary>
sealed class SecretsHealth(SecretStore secrets, TimeProvider time) : RememberedHealth(TimeSpan.FromSeconds(10), time)
{
    protected override Task AskAsync(CancellationToken cancel) => secrets.GetAsync("health", cancel);
}

static class HealthEndpoints
{
    public static IServiceCollection AddOperation(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<StorageHealth>("storage").AddCheck<VersionHealth>("version").AddCheck<SecretsHealth>("secrets");
        return services.AddSingleton<StorageHealth>().AddSingleton<SecretsHealth>().AddSingleton<QueueWatch>().AddSingleton<OutboxSweep>();
    }

    /// <summary><c>/api/health</c> says that the app runs, <c>/api/health/ready</c> whether it can serve; a word each, no more.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/api/health", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/api/health/ready");
    }
}
