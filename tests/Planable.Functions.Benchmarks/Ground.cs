using System.Text.Json;
using Azure.Data.Tables;
using Planable.Cli;
using Planable.Rpc;

namespace Planable.Functions.Benchmarks;

/// <summary>What every measurement stands on: a store with a company in it, and the published app.</summary>
sealed class Ground : IAsyncDisposable
{
    /// <summary>Measurements call faster than tokens may.</summary>
    static readonly (string Name, string Value)[] Unlimited = [("RateLimits__Reads", "1000000000"), ("RateLimits__Writes", "1000000000")];

    readonly LocalStorage _storage;
    readonly string _folder;

    Ground(LocalStorage storage, string folder, Published app, Published worker)
    {
        (_storage, _folder, App, Worker) = (storage, folder, app, worker);
    }

    /// <summary>What runs everything on one machine.</summary>
    public Published App { get; }

    /// <summary>What is deployed.</summary>
    public Published Worker { get; }

    public DemoFile Company { get; private set; } = null!;

    public string Storage => _storage.ConnectionString;

    public static async Task<Ground> CreateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("planable-benchmarks-").FullName;
        var app = await Published.PublishAsync(Path.Combine("infra", "cli"), "planable", folder, Published.Native);
        var worker = await Published.PublishAsync("functions", "worker", folder);
        return await CreateAsync(folder, app, worker, preload: false);
    }

    /// <summary>The same programs on another store.</summary>
    /// <param name="preload">Whether the store finds rows by their keys, as that of <c>planable</c> does.</param>
    public Task<Ground> OnAnotherStoreAsync(bool preload) =>
        CreateAsync(Directory.CreateTempSubdirectory("planable-benchmarks-").FullName, App, Worker, preload);

    static async Task<Ground> CreateAsync(string folder, Published app, Published worker, bool preload)
    {
        var storage = await LocalStorage.StartInMemoryAsync(Console.Error.WriteLine, CancellationToken.None, preload);
        var ground = new Ground(storage, folder, app, worker);
        var demo = Path.Combine(folder, "data", "demo.json");
        await using var first = ground.StartStandalone(
            ("DOTNET_ENVIRONMENT", "Development"), ("PLANABLE_DATA", Path.GetDirectoryName(demo)!));
        while (ground.Company is null)
        {
            await Task.Delay(100);
            if (File.Exists(demo))
            {
                ground.Company = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(demo), DemoJson.Default.DemoFile)!;
            }
        }
        return ground;
    }

    public Task<Published> PublishControlAsync(string project, string name) =>
        Published.PublishAsync(Path.Combine("tests", "Planable.Functions.Benchmarks", "Control", project), name, _folder, Published.Native);

    public RunningApp StartStandalone(params (string Name, string Value)[] more) =>
        App.Start([("AzureWebJobsStorage", Storage), ("ASPNETCORE_URLS", "http://127.0.0.1:{port}"), .. Unlimited, .. more]);

    /// <summary>A worker as the Functions host runs it.</summary>
    public Task<FunctionsHost> StartWorkerAsync(Published worker) => FunctionsHost.StartAsync(
        worker.Folder,
        [("AzureWebJobsStorage", Storage), ("KeyVault__vaultUri", "https://unused.vault.azure.net"),
            .. Unlimited.Select(one => (one.Name, (string?)one.Value))]);

    /// <summary>Whoever calls a worker through its host, with a token.</summary>
    public HttpClient Client(FunctionsHost host)
    {
        var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Company.Tokens.Write);
        return http;
    }

    /// <summary>The control that reads and writes rows as they are: the rows of a token and of a post.</summary>
    public async Task<RunningApp> StartRowsAsync(Published control, params (string Name, string Value)[] more)
    {
        var workspace = Company.Workspaces[0].Id["wks_".Length..];
        var token = await FirstAsync("tokens", "RowKey gt ''");
        var post = await FirstAsync("content", $"PartitionKey eq '{workspace}' and RowKey ge 'post~' and RowKey lt 'post~~'");
        return control.Start(
            [("AzureWebJobsStorage", Storage), ("ASPNETCORE_URLS", "http://127.0.0.1:{port}"),
            ("TokenPartition", token.PartitionKey), ("TokenRow", token.RowKey),
            ("PostPartition", post.PartitionKey), ("PostRow", post.RowKey), .. more]);
    }

    async Task<TableEntity> FirstAsync(string table, string filter) =>
        await new TableClient(Storage, table).QueryAsync<TableEntity>(filter, 1).FirstAsync();

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
