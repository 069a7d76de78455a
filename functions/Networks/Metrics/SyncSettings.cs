using Planable.Platform.Hosting;

namespace Planable.Networks.Metrics;

/// <param name="Patience">How long a network has to answer.</param>
/// <param name="Lease">How long a worker holds a sync; longer than the network has to answer.</param>
sealed record SyncSettings(TimeSpan Patience, TimeSpan Lease)
{
    public static SyncSettings Read(IConfiguration configuration) => new(
        configuration.Duration("Syncs:Patience", TimeSpan.FromSeconds(30)),
        configuration.Duration("Syncs:Lease", TimeSpan.FromSeconds(90)));
}
