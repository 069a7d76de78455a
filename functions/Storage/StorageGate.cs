using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Storage;

/// <summary>
/// Keeps the app from a storage of another version. It looks once, beside the first calls, and where it may not pass it looks again until
/// it may. Reads do not wait for the first look; writes, queues and timers do.
/// </summary>
sealed partial class StorageGate(
    StorageSchema schema, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StorageGate> log) : BackgroundService
{
    /// <summary>Between two looks.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>How long a write or a run waits for the first look, which takes this long only where storage is away.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    volatile bool _isOpen;
    volatile string? _refusal;

    /// <summary>Whether it is known that the storage has the right version, or none yet.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Why no work is done, once it is known that none may be.</summary>
    public string? Refusal => _refusal;

    /// <summary>Waits until the first look is done, but not for long.</summary>
    public Task LookedAsync(CancellationToken cancel) => _looked.Task.WaitAsync(LongestWait, time, cancel);

    /// <summary>Throws where no work may be done.</summary>
    public async Task RequireAsync(CancellationToken cancel)
    {
        if (!_isOpen)
        {
            await LookedAsync(cancel);
            if (_refusal is { } sentence)
            {
                throw new OtherVersionException(sentence);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start comes first.
        await Task.Delay(Timeout.InfiniteTimeSpan, time, lifetime.ApplicationStarted).WaitAsync(stoppingToken).Quietly();
        while (!stoppingToken.IsCancellationRequested && !await IsDoneAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken).Quietly();
        }
    }

    /// <summary>Looks. Nothing is left to look for once there is the right version, for it stays.</summary>
    async Task<bool> IsDoneAsync(CancellationToken cancel)
    {
        int? version;
        try
        {
            version = await schema.FindAsync(cancel);
        }
        catch (Exception)
        {
            // Storage is away, of which readiness tells. What is known stays.
            return false;
        }
        var refusal = StorageSchema.Refusal(version);
        if (refusal is not null && refusal != _refusal)
        {
            LogRefused(refusal);
        }
        else if (refusal is null && _refusal is not null)
        {
            LogPassed();
        }
        (_refusal, _isOpen) = (refusal, refusal is null);
        _looked.TrySetResult();
        return version == StorageSchema.Version;
    }

    [LoggerMessage(LogLevel.Error, "{Reason}. Until then calls are answered with 503, and queues and timers do nothing")]
    partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Warning, "The storage has the right version now. The app works again")]
    partial void LogPassed();
}

static class StorageGateServices
{
    public static IServiceCollection AddStorageGate(this IServiceCollection services) => services
        .AddSingleton<StorageGate>().AddHostedService(provider => provider.GetRequiredService<StorageGate>())
        .AddSingleton<BeforeRun>(provider => provider.GetRequiredService<StorageGate>().RequireAsync);

    /// <summary>Answers calls with 503 where the storage has another version. Health is told all the same.</summary>
    public static void UseStorageGate(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<StorageGate>();
        app.Use((http, next) => gate.IsOpen || IsHealth(http.Request.Path) ? next(http) : TryAsync(http, next));

        static bool IsHealth(PathString path) => path.StartsWithSegments("/api/health", StringComparison.OrdinalIgnoreCase);

        async Task TryAsync(HttpContext http, RequestDelegate next)
        {
            var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
            if (!isRead)
            {
                await gate.LookedAsync(http.RequestAborted).Quietly();
            }
            await (gate.Refusal is null && (isRead || gate.IsOpen) ? next(http) : Problems.Busy().ExecuteAsync(http));
        }
    }
}
