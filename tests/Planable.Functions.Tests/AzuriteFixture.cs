[assembly: AssemblyFixture(typeof(Planable.Functions.Tests.AzuriteFixture))]

namespace Planable.Functions.Tests;

/// <summary>
/// The storages that all tests share, each with one instance of the app on it. Each test has a company, or a queue, of its own.
/// </summary>
/// <remarks>The emulator reads a whole table for each range of it, so tests would slow each other down in one storage.</remarks>
public sealed class AzuriteFixture : IAsyncLifetime
{
    const int Storages = 5;

    /// <summary>What the instances of this process keep beside storage.</summary>
    internal static readonly string Data = Path.Combine(Path.GetTempPath(), $"planable-test-{Guid.NewGuid():N}");

    readonly (LocalStorage Storage, App App)[] _all = new (LocalStorage, App)[Storages];

    public string ConnectionString => Own.Storage.ConnectionString;

    internal App App => Own.App;

    /// <summary>Classes of one namespace share a storage.</summary>
    (LocalStorage Storage, App App) Own => _all[TestContext.Current.TestClass!.TestClassNamespace!.Sum(letter => letter) % Storages];

    public async ValueTask InitializeAsync()
    {
        for (var index = 0; index < Storages; index++)
        {
            var storage = await LocalStorage.StartInMemoryAsync(Console.WriteLine, CancellationToken.None);
            var app = App.Start(storage.ConnectionString);
            _all[index] = (storage, app);
            // Tests write to the tables before they make a call that would wait for them.
            await app.Get<LocalStores>().Created;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (storage, app) in _all)
        {
            await app.DisposeAsync();
            await storage.DisposeAsync();
        }
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }
    }
}
