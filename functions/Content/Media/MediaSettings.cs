using Planable.Platform.Hosting;

namespace Planable.Content.Media;

/// <param name="Lease">How long a worker that imports a file is waited for without a sign of it.</param>
sealed record MediaSettings(TimeSpan Lease)
{
    public static MediaSettings Read(IConfiguration configuration) => new(configuration.Duration("Media:Lease", TimeSpan.FromMinutes(1)));
}
