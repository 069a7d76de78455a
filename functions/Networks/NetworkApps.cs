namespace Planable.Networks;

/// <summary>The operator's app as registered with a network.</summary>
sealed record NetworkApp(string Id, string Secret)
{
    public override string ToString() => $"app {Id}";
}

/// <summary>The operator's apps: settings <c>Networks__</c>network<c>__ClientId</c> and <c>__ClientSecret</c>.</summary>
/// <remarks>In Azure the secret's setting refers to the vault, and the platform reads it there.</remarks>
sealed class NetworkApps(IConfiguration configuration)
{
    /// <summary>Null if the operator has not configured the network.</summary>
    public NetworkApp? Find(string network) =>
        configuration[$"Networks:{network}:ClientId"] is { Length: > 0 } id
        && configuration[$"Networks:{network}:ClientSecret"] is { Length: > 0 } secret ? new(id, secret) : null;
}
