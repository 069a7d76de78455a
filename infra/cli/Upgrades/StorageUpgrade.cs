using Microsoft.Extensions.DependencyInjection.Extensions;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>What an upgrade did.</summary>
/// <param name="From">The version that the storage had; null where it was empty.</param>
/// <param name="Version">The version that it has now.</param>
/// <param name="Done">A line for each thing that was done.</param>
sealed record UpgradeReport(int? From, int Version, string[] Done);

/// <summary>
/// An upgrade from one version to the next. It may be killed at any time and run again. No app uses the storage while it runs.
/// </summary>
interface IUpgrade
{
    int From { get; }

    /// <param name="show">Receives the current step.</param>
    /// <returns>A line for each thing that it did.</returns>
    Task<IReadOnlyList<string>> RunAsync(Action<string?> show, CancellationToken cancel);
}

/// <summary>Brings a storage to the version that this program works with, version by version.</summary>
sealed class StorageUpgrade(StorageSchema schema, IEnumerable<IUpgrade> upgrades)
{
    public async Task<UpgradeReport> RunAsync(Action<string?> show, CancellationToken cancel)
    {
        var from = await schema.FindAsync(cancel);
        if (from > StorageSchema.Version)
        {
            throw new OtherVersionException(StorageSchema.Refusal(from)!);
        }
        List<string> done = [];
        for (var version = from; version < StorageSchema.Version; version++)
        {
            done.AddRange(await upgrades.Single(one => one.From == version).RunAsync(show, cancel));
            // Written last, so that an interrupted upgrade is repeated as a whole.
            await schema.WriteAsync(version.Value + 1, cancel);
        }
        await schema.InitializeAsync(cancel);
        return new(from, StorageSchema.Version, [.. done]);
    }
}

static class UpgradeServices
{
    public static IServiceCollection AddUpgrades(this IServiceCollection services)
    {
        services.TryAddSingleton<UpgradePace>();
        return services.AddSingleton<StorageUpgrade>()
            .AddSingleton<OldRecords>().AddSingleton<OldQueues>()
            .AddSingleton<IUpgrade, UpgradeFrom0>().AddSingleton<IUpgrade, UpgradeFrom1>()
            .AddSingleton<IUpgrade, UpgradeFrom2>();
    }
}

/// <summary>How long an upgrade waits.</summary>
sealed record UpgradePace
{
    /// <summary>When sent messages become visible: by then the app has noticed the new version.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a message that is being moved is hidden. If the upgrade is killed meanwhile,
    /// the message becomes visible again after this time.
    /// </summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it waits for messages that are not visible yet.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);
}
