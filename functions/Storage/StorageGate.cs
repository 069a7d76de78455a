using Planable.Platform.Hosting;

namespace Planable.Storage;

/// <summary>
/// Stops the app from working on storage of another version. It checks once, in parallel with the first calls; while the version is wrong,
/// it checks again until it is right. Reads do not wait for the first check; writes, queues and timers do.
/// </summary>
sealed partial class StorageGate(
    StorageSchema schema, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StorageGate> log) : BackgroundService
{
    /// <summary>The time between two checks.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>How long a write or a run waits for the first check. It takes this long only when storage does not answer.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    readonly TaskCompletionSource _checked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    volatile bool _isOpen;
    volatile string? _refusal;

    /// <summary>Whether the storage is known to have the right version, or no version yet.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Why the app refuses to work; null while no wrong version was found.</summary>
    public string? Refusal => _refusal;

    /// <summary>Waits for the first check, for at most <see cref="LongestWait"/>.</summary>
    public Task WaitForFirstCheckAsync(CancellationToken cancel) => _checked.Task.WaitAsync(LongestWait, time, cancel);

    /// <summary>Throws if the storage has another version, or if the first check takes too long.</summary>
    public async Task RequireAsync(CancellationToken cancel)
    {
        if (!_isOpen)
        {
            await WaitForFirstCheckAsync(cancel);
            if (_refusal is { } sentence)
            {
                throw new OtherVersionException(sentence);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Do not slow down the start.
        await Task.Delay(Timeout.InfiniteTimeSpan, time, lifetime.ApplicationStarted).WaitAsync(stoppingToken).Quietly();
        while (!stoppingToken.IsCancellationRequested && !await CheckAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken).Quietly();
        }
    }

    /// <summary>Checks the version. Once it is right it stays right, so checking ends.</summary>
    async Task<bool> CheckAsync(CancellationToken cancel)
    {
        int? version;
        try
        {
            version = await schema.FindAsync(cancel);
        }
        catch (Exception)
        {
            // Storage does not answer; readiness reports that. Keep the last result.
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
        _checked.TrySetResult();
        return version == StorageSchema.Version;
    }

    [LoggerMessage(LogLevel.Error, "{Reason}. Until then, calls are answered with 503, and queues and timers do nothing")]
    partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Warning, "The storage now has the right version. The app works again")]
    partial void LogPassed();
}

static class StorageGateServices
{
    public static IServiceCollection AddStorageGate(this IServiceCollection services) => services
        .AddSingleton<StorageGate>().AddHostedService(provider => provider.GetRequiredService<StorageGate>())
        .AddSingleton<BeforeRun>(provider => provider.GetRequiredService<StorageGate>().RequireAsync);
}
