namespace Planable.Functions.Tests.Settings;

/// <summary>An instance as on a developer's machine: people sign in by picking somebody.</summary>
public sealed class DevelopmentApp(AzuriteFixture azurite) : IAsyncLifetime
{
    internal App App { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        App = App.Start(azurite.ConnectionString, null, ("environment", "Development"));
        return default;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
