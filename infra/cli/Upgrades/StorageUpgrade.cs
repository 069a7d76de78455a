using Microsoft.Extensions.DependencyInjection.Extensions;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>What an upgrade did.</summary>
/// <param name="From">The version that the storage had; null where it was empty.</param>
/// <param name="Version">The version that it has now.</param>
/// <param name="Done">A line for each thing that was done.</param>
sealed record UpgradeReport(int? From, int Version, string[] Done);

/// <summary>
/// The way from one version to the next. It may be killed at any instant and run again, and it runs while no app works on the storage.
/// </summary>
interface IUpgrade
{
    int From { get; }

    /// <param name="show">Is told what it is at.</param>
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
            // Last, so that whatever ended an upgrade halfway, the next one does it all.
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
            .AddSingleton<IUpgrade, UpgradeFrom0>().AddSingleton<OldRecords>().AddSingleton<OldQueues>();
    }
}

/// <summary>How long an upgrade waits.</summary>
sealed record UpgradePace
{
    /// <summary>After this long messages are seen: the app has noticed the new version by then.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a message that it moves is hidden from others. One that is killed meanwhile is seen again after that.</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it waits for messages that nobody can see yet.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);
}
