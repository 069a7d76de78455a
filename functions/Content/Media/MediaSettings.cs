using Planable.Platform.Hosting;

namespace Planable.Content.Media;

/// <param name="Lease">How long a worker's lease of a media item lasts unless renewed.</param>
/// <param name="Megabytes">The most megabytes of files of a workspace.</param>
/// <param name="Uploads">The most open uploads of a workspace.</param>
sealed record MediaSettings(TimeSpan Lease, int Megabytes, int Uploads)
{
    public long Bytes => Megabytes * 1024L * 1024;

    public static MediaSettings Read(IConfiguration configuration) => new(
        configuration.Duration("Media:Lease", TimeSpan.FromMinutes(1)), configuration.Number("Media:MegabytesPerWorkspace", 50_000),
        configuration.Number("Media:UploadsPerWorkspace", 100));
}
