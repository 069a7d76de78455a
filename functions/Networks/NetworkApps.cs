using Planable.Platform.Secrets;

namespace Planable.Networks;

/// <summary>The operator's app as registered with a network.</summary>
sealed record NetworkApp(string Id, string Secret)
{
    public override string ToString() => $"app {Id}";
}

/// <summary>
/// The operator's apps: the setting <c>Networks__</c>network<c>__ClientId</c>, and the secret <c>network-</c>network of the vault.
/// </summary>
sealed class NetworkApps(IConfiguration configuration, SecretStore secrets)
{
    /// <summary>The name of the secret, in lowercase as all are.</summary>
    public static string SecretName(string network) => $"network-{network.ToLowerInvariant()}";

    /// <summary>Null if the operator has not set up the network.</summary>
    public async Task<NetworkApp?> FindAsync(string network, CancellationToken cancel) =>
        configuration[$"Networks:{network}:ClientId"] is { Length: > 0 } id
        && await secrets.GetAsync(SecretName(network), cancel) is { Length: > 0 } secret ? new(id, secret) : null;
}
