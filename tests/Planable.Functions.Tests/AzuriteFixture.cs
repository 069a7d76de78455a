
[assembly: AssemblyFixture(typeof(Planable.Functions.Tests.AzuriteFixture))]

namespace Planable.Functions.Tests;

/// <summary>The one Azurite all tests share, and one instance of the app on it. Each test has a company, or a queue, of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    /// <summary>What the instances of this process keep beside storage.</summary>
    internal static readonly string Data = Path.Combine(Path.GetTempPath(), $"planable-test-{Guid.NewGuid():N}");

    LocalStorage? _storage;

    public string ConnectionString => _storage!.ConnectionString;

    internal App App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await LocalStorage.StartInMemoryAsync(Console.WriteLine, CancellationToken.None);
        App = App.Start(ConnectionString);
        // Tests write to the tables before they make a call that would wait for them.
        await App.Get<LocalStores>().Created;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _storage!.DisposeAsync();
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }
    }
}
