using System.Net.NetworkInformation;
using System.Text;
using System.Text.Json;
using Planable.Platform.Hosting;

namespace Planable.Cli;

/// <summary>An Azurite that belongs to this process. It ends when this is disposed or the process dies.</summary>
sealed class LocalStorage : IAsyncDisposable
{
    // Azurite's account and key, which are the same on every machine and publicly documented.
    const string Account = "devstoreaccount1";
    const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    const int FirstPort = 10000;

    /// <summary>The option with which the launcher adds <c>preload.js</c> to Azurite.</summary>
    const string Preload = "--preload";
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan JoinRetry = TimeSpan.FromMilliseconds(100);

    readonly AzuriteProcess azurite;
    readonly FileStream? folderLock;
    readonly string? address;

    /// <param name="address">The file with the connection string, for commands that join; null if none may join.</param>
    LocalStorage(AzuriteProcess azurite, FileStream? folderLock, string? address)
    {
        this.azurite = azurite;
        this.folderLock = folderLock;
        this.address = address;
        var endpoints = azurite.Endpoints;
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
            + $"BlobEndpoint={endpoints[0]}/{Account};QueueEndpoint={endpoints[1]}/{Account};TableEndpoint={endpoints[2]}/{Account};";
    }

    public string ConnectionString { get; }

    /// <summary>Completes when Azurite has ended, for whatever reason.</summary>
    public Task Exited => azurite.Exited;

    /// <summary>Starts Azurite with its data in the folder, which one app uses at a time. Commands find it through the folder.</summary>
    public static async Task<LocalStorage> StartAsync(
        string dataDirectory, Action<string?> show, CancellationToken cancellationToken, bool defaultPorts = true)
    {
        var folder = Path.GetFullPath(dataDirectory);
        var held = TryLock(folder) ?? throw new StartupFailure(InUse(folder));
        var storage = await StartAsync(folder, held, AddressIn(folder), defaultPorts, show, cancellationToken);
        await storage.WriteAddressAsync(cancellationToken);
        return storage;
    }

    /// <summary>The storage of the app that uses the folder. If there is none, starts one for the caller alone.</summary>
    public static async Task<(string ConnectionString, LocalStorage? Own)> JoinAsync(
        string dataDirectory, Action<string?> show, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(dataDirectory);
        for (var waited = TimeSpan.Zero; waited < JoinLimit; waited += JoinRetry)
        {
            if (TryLock(folder) is { } held)
            {
                var own = await StartAsync(folder, held, address: null, defaultPorts: false, show, cancellationToken);
                return (own.ConnectionString, own);
            }
            try
            {
                return (await File.ReadAllTextAsync(AddressIn(folder), cancellationToken), null);
            }
            catch (FileNotFoundException)
            {
                // The process that holds the folder is starting or about to end.
                await Task.Delay(JoinRetry, cancellationToken);
            }
        }
        throw new StartupFailure(InUse(folder));
    }

    /// <summary>Starts Azurite in memory, and not on the default ports.</summary>
    /// <param name="preload">Whether it finds rows by their keys; otherwise it is Azurite as it comes.</param>
    public static async Task<LocalStorage> StartInMemoryAsync(
        Action<string?> show, CancellationToken cancellationToken, bool preload = false) =>
        new(
            await StartAzuriteAsync(
                ["--inMemoryPersistence", .. preload ? [Preload] : (string[])[]], defaultPorts: false, show, cancellationToken),
            folderLock: null, address: null);

    public async ValueTask DisposeAsync()
    {
        if (address is not null)
            File.Delete(address);
        await azurite.StopAsync(StopLimit);
        if (folderLock is not null)
            await folderLock.DisposeAsync();
    }

    static async Task<LocalStorage> StartAsync(
        string folder, FileStream held, string? address, bool defaultPorts, Action<string?> show, CancellationToken cancellationToken)
    {
        try
        {
            // Left behind by an app that was killed.
            File.Delete(AddressIn(folder));
            var data = Path.Combine(folder, "azurite");
            RequireReadable(data);
            return new(await StartAzuriteAsync(["--location", data, Preload], defaultPorts, show, cancellationToken), held, address);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Azurite does not say which of its files is damaged, and takes an empty one for an empty storage.</summary>
    static void RequireReadable(string data)
    {
        foreach (var file in Directory.Exists(data) ? Directory.GetFiles(data, "__azurite_db_*.json") : [])
        {
            try
            {
                var reader = new Utf8JsonReader(File.ReadAllBytes(file));
                while (reader.Read())
                {
                }
            }
            catch (JsonException)
            {
                throw new StartupFailure($"The local storage cannot be read, because its file {file} is damaged. Put back a copy of that "
                    + $"file, or delete the folder {data} to start with an empty storage.");
            }
        }
    }

    /// <summary>Writes the connection string to the folder.</summary>
    Task WriteAddressAsync(CancellationToken cancellationToken) =>
        PrivateFiles.WriteAsync(address!, Encoding.UTF8.GetBytes(ConnectionString), cancellationToken);

    static string AddressIn(string folder) => Path.Combine(folder, "storage");

    static string InUse(string folder) =>
        $"Another planable uses the data folder {folder}. Stop it, or set PLANABLE_DATA to another folder.";

    static async Task<AzuriteProcess> StartAzuriteAsync(
        string[] options, bool defaultPorts, Action<string?> show, CancellationToken cancellationToken)
    {
        var install = AzuriteInstall.FindFolder(AppContext.BaseDirectory);
        await AzuriteInstall.RequireNodeAsync("node", cancellationToken);
        await AzuriteInstall.EnsureAsync(install, show, cancellationToken);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        try
        {
            // A port may be taken after this check. Then Azurite ends, and with port 0 the system chooses.
            var firstPort = defaultPorts && DefaultPortsAreFree() ? FirstPort : 0;
            return await AzuriteProcess.StartAsync(install, options, firstPort, limit.Token)
                ?? await AzuriteProcess.StartAsync(install, options, firstPort: 0, limit.Token)
                ?? throw new StartupFailure("Azurite found no free port to listen on.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartupFailure($"Azurite did not start within {StartLimit.TotalSeconds} seconds. Try again.");
        }
    }

    // Asks the system instead of binding, because some let a second process bind a port that another serves on all addresses.
    static bool DefaultPortsAreFree() =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().All(l => l.Port is < FirstPort or > FirstPort + 2);

    /// <summary>Locks the folder; null if another process has locked it.</summary>
    static FileStream? TryLock(string folder)
    {
        try
        {
            PrivateFiles.MakeFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailure(
                $"The data folder {folder} cannot be created or made private. Set PLANABLE_DATA to a folder of your own.");
        }

        try
        {
            return PrivateFiles.Open(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
