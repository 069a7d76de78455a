using Azure.Data.Tables;
using Azure.Storage.Queues;
using Planable.Functions.Tests.Hosting;
using Planable.Work;

namespace Planable.Functions.Tests.Kill;

/// <summary>
/// A storage of its own that lives on while instances of the published package on it are killed,
/// and somebody who only looks.
/// </summary>
public abstract class KillGround : IAsyncLifetime
{
    private protected string Folder { get; } = Directory.CreateTempSubdirectory("planable-test").FullName;

    LocalStorage _storage = null!;

    /// <summary>As under the host it runs no triggers of its own and makes no tables: it makes companies and looks.</summary>
    private protected App Observer { get; private set; } = null!;

    private protected virtual (string Key, string Value)[] ObserverSettings => [];

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        Observer = App.Start(_storage.ConnectionString, settings: [.. App.CallsOnly, .. ObserverSettings]);
        var (first, http) = await StartAsync();
        await using (first)
        using (http)
        {
            // It answers once its tables and queues are made.
            using var answer = await http.GetAsync(new Uri("/", UriKind.Relative), Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Observer.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// An instance that waits seconds where the product waits minutes. Here instances die so often that one message can meet many deaths.
    /// </summary>
    private protected Task<(AppProcess Process, HttpClient Http)> StartAsync(params (string Name, string? Value)[] environment) =>
        AppProcess.StartPublishedAsync(
            Folder, _storage.ConnectionString,
            [("WorkspaceRemoval__Wait", "00:00:01"), ("Runner__MessageLock", "00:00:02"), ("Runner__MostAttempts", "1000"),
                ("Outbox__GiveUpAfter", "00:00:15"), .. environment]);

    private protected Task OutboxIsDoneAsync() => Eventually.TrueAsync(async () =>
        !(await RowsAsync("content")).Concat(await RowsAsync("companies")).Any(row => row.GetBoolean("Open") is true)
        && await MessagesAsync(Queues.Outbox) == 0,
        "every event of every record is handled, and no message is left", TimeSpan.FromMinutes(4));

    private protected async Task<int> MessagesAsync(string queue) =>
        (await new QueueClient(_storage.ConnectionString, queue).GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount;

    private protected async Task<List<TableEntity>> RowsAsync(string table, string? partition = null) =>
        await new TableServiceClient(_storage.ConnectionString).GetTableClient(table)
            .QueryAsync<TableEntity>(
                partition is null ? null : $"PartitionKey eq '{partition}'", cancellationToken: Cancel).ToListAsync(Cancel);
}
