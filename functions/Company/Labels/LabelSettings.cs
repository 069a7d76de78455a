using Planable.Platform.Hosting;

namespace Planable.Company.Labels;

/// <param name="PerWorkspace">The most labels of a workspace.</param>
sealed record LabelSettings(int PerWorkspace)
{
    public static LabelSettings Read(IConfiguration configuration) => new(configuration.Number("Labels:PerWorkspace", 500));
}
