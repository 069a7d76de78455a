using Planable.Platform.Hosting;

namespace Planable.Networks.Publishing;

/// <param name="Lease">How long a worker holds a post without renewing.</param>
/// <param name="Timeout">How long publishing a post may take; shorter than the host's functionTimeout.</param>
/// <param name="Retries">The delays between failed attempts; when the attempt after the last delay fails, the post has failed.</param>
/// <param name="Preparation">How long a network may prepare media, such as transcode a video, before the attempt is given up.</param>
/// <param name="HoldLate">Posts later than this are not published; null publishes them however late.</param>
sealed record PublishingSettings(TimeSpan Lease, TimeSpan Timeout, TimeSpan[] Retries, TimeSpan Preparation, TimeSpan? HoldLate)
{
    public static PublishingSettings Read(IConfiguration configuration) => new(
        configuration.Duration("Publishing:Lease", TimeSpan.FromMinutes(1)),
        configuration.Duration("Publishing:Timeout", TimeSpan.FromMinutes(4)),
        configuration.Durations(
            "Publishing:Retries", [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)]),
        configuration.Duration("Publishing:Preparation", TimeSpan.FromHours(1)),
        configuration.Duration("Publishing:HoldLate"));
}
