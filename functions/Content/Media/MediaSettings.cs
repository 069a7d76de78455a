using Planable.Platform.Hosting;

namespace Planable.Content.Media;

/// <param name="Lease">How long a worker's lease of a media item lasts unless renewed.</param>
sealed record MediaSettings(TimeSpan Lease)
{
    public static MediaSettings Read(IConfiguration configuration) => new(configuration.Duration("Media:Lease", TimeSpan.FromMinutes(1)));
}
