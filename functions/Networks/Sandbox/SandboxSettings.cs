using Planable.Platform.Hosting;

namespace Planable.Networks.Sandbox;

/// <param name="Latency">How long the sandbox takes to answer.</param>
/// <param name="Network">The address of a stand-in network that the sandbox sends posts to; null for none.</param>
sealed record SandboxSettings(TimeSpan Latency, Uri? Network)
{
    public static SandboxSettings Read(IConfiguration configuration) =>
        new(configuration.Duration("Sandbox:Latency", TimeSpan.Zero), configuration.Address("Sandbox:Network"));
}
