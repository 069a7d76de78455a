using Planable.Platform.Hosting;

namespace Planable.Networks.Sandbox;

/// <param name="Latency">How long the sandbox takes to answer.</param>
/// <param name="Network">Where it hands on what would be published; null means nowhere.</param>
sealed record SandboxSettings(TimeSpan Latency, Uri? Network)
{
    public static SandboxSettings Read(IConfiguration configuration) =>
        new(configuration.Duration("Sandbox:Latency", TimeSpan.Zero), configuration.Address("Sandbox:Network"));
}
