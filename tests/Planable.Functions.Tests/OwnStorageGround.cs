namespace Planable.Functions.Tests;

/// <summary>A storage that no other tests use, and an instance on it.</summary>
public abstract class OwnStorageGround : IAsyncLifetime
{
    LocalStorage _storage = null!;

    internal App App { get; private set; } = null!;

    internal string ConnectionString => _storage.ConnectionString;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await LocalStorage.StartInMemoryAsync(_ => { }, CancellationToken.None);
        App = Start();
        // Tests write to the tables before they make a call that would wait for them.
        await LocalStores.CreateAsync(App.Services);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An instance.</summary>
    private protected abstract App Start();
}
