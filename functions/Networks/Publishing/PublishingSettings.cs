using Planable.Platform.Hosting;

namespace Planable.Networks.Publishing;

/// <param name="Lease">How long whoever publishes a post has it alone without a sign of life.</param>
/// <param name="Timeout">How long a network may take for a post; shorter than the host's functionTimeout.</param>
/// <param name="Retries">How long after a failed attempt the next is made; after the last the post has failed.</param>
/// <param name="HoldLate">Posts that are later than this are held instead of published; null publishes them however late.</param>
sealed record PublishingSettings(TimeSpan Lease, TimeSpan Timeout, TimeSpan[] Retries, TimeSpan? HoldLate)
{
    public static PublishingSettings Read(IConfiguration configuration) => new(
        configuration.Duration("Publishing:Lease", TimeSpan.FromMinutes(1)),
        configuration.Duration("Publishing:Timeout", TimeSpan.FromMinutes(4)),
        configuration.Durations(
            "Publishing:Retries", [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)]),
        configuration.Duration("Publishing:HoldLate"));
}
