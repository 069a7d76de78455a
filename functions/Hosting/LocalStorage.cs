using System.Net.NetworkInformation;

namespace Planable.Hosting;

/// <summary>An Azurite of this process's own, which ends when this is disposed or the process dies.</summary>
sealed class LocalStorage : IAsyncDisposable
{
    // Azurite's one account and key, the same on every machine and publicly documented.
    const string Account = "devstoreaccount1";
    const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    const int FirstPort = 10000;
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    readonly AzuriteProcess azurite;
    readonly FileStream? folderLock;

    LocalStorage(AzuriteProcess azurite, FileStream? folderLock)
    {
        this.azurite = azurite;
        this.folderLock = folderLock;
        var endpoints = azurite.Endpoints;
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
            + $"BlobEndpoint={endpoints[0]}/{Account};QueueEndpoint={endpoints[1]}/{Account};TableEndpoint={endpoints[2]}/{Account};";
    }

    public string ConnectionString { get; }

    /// <summary>Completes when Azurite has ended, asked to or not.</summary>
    public Task Exited => azurite.Exited;

    /// <summary>Keeps its data in the folder, which one app uses at a time.</summary>
    public static async Task<LocalStorage> StartAsync(
        string dataDirectory, Action<string> say, CancellationToken cancellationToken, bool defaultPorts = true)
    {
        var folder = Path.GetFullPath(dataDirectory);
        var held = Hold(folder);
        try
        {
            var persistence = new[] { "--location", Path.Combine(folder, "azurite") };
            return new(await StartAzuriteAsync(persistence, defaultPorts, say, cancellationToken), held);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keeps nothing, and leaves the default ports alone.</summary>
    public static async Task<LocalStorage> StartInMemoryAsync(Action<string> say, CancellationToken cancellationToken) =>
        new(await StartAzuriteAsync(["--inMemoryPersistence"], defaultPorts: false, say, cancellationToken), folderLock: null);

    public async ValueTask DisposeAsync()
    {
        await azurite.StopAsync(StopLimit);
        if (folderLock is not null)
            await folderLock.DisposeAsync();
    }

    static async Task<AzuriteProcess> StartAzuriteAsync(
        string[] persistence, bool defaultPorts, Action<string> say, CancellationToken cancellationToken)
    {
        var install = AzuriteInstall.FindFolder(AppContext.BaseDirectory);
        await AzuriteInstall.RequireNodeAsync("node", cancellationToken);
        await AzuriteInstall.EnsureAsync(install, say, cancellationToken);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        try
        {
            // Somebody may take a port after we looked; then Azurite ends, and port 0 lets the system choose.
            var firstPort = defaultPorts && DefaultPortsAreFree() ? FirstPort : 0;
            return await AzuriteProcess.StartAsync(install, persistence, firstPort, limit.Token)
                ?? await AzuriteProcess.StartAsync(install, persistence, firstPort: 0, limit.Token)
                ?? throw new StartupFailure("Azurite found no free port to listen on.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartupFailure($"Azurite was not listening after {StartLimit.TotalSeconds} seconds.");
        }
    }

    // Asked of the system, for some let a second process bind a port that another already serves on all addresses.
    static bool DefaultPortsAreFree() =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().All(l => l.Port is < FirstPort or > FirstPort + 2);

    static FileStream Hold(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailure($"The data folder {folder} cannot be made: set PLANABLE_DATA to another.");
        }

        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailure($"Another app is using the data folder {folder}: end it, or set PLANABLE_DATA to another folder.");
        }
    }
}
