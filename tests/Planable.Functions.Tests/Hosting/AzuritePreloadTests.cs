using System.Diagnostics;
using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CsCheck;
using Planable.Functions.Tests.Kill;

namespace Planable.Functions.Tests.Hosting;

/// <summary>
/// With the preload Azurite answers as it does alone, whatever is written, in whatever order, and however it is asked for.
/// </summary>
public sealed class AzuritePreloadTests : IAsyncLifetime
{
    static readonly Gen<string> Partition = Gen.OneOf("a", "A", "10", "1a", "é");

    static readonly Gen<string> Key = Gen.OneOf("", "a", "A", "aa", "a~", "b", "o'c", "9", "10", "1a", "é", "post~", "post~~");

    static readonly Gen<string> Condition = Gen.Select(
        Gen.OneOf("PartitionKey", "RowKey"), Gen.OneOf("eq", "ge", "gt", "lt", "le"), Key,
        (name, comparison, key) => $"{name} {comparison} '{key.Replace("'", "''", StringComparison.Ordinal)}'");

    static readonly Gen<string> Other = Gen.OneOf(
        Gen.OneOf("", "V ge 5", "not (RowKey lt 'b')", "PartitionKey ne 'a'", "'a' le RowKey", "RowKey", "RowKey ge 1", "RowKey ge"),
        Gen.Select(Condition, Condition, (one, other) => $"({one} or {other})"));

    static readonly Gen<string> Filter = Gen.Frequency(
        (4, Condition.Array[1, 5].Select(all => string.Join(" and ", all))), (1, Other),
        (1, Gen.Select(Other, Condition, (one, other) => $"{one} and {other}")));

    static readonly Gen<Write> Writes = Gen.Select(
        Gen.Enum<TableTransactionActionType>(), Partition, Key, Gen.Int[0, 5], (kind, partition, row, stale) =>
            new Write(kind, partition, row, stale == 0));

    static readonly Gen<Step> Steps = Gen.Frequency<Step>(
        (6, Writes.Select(write => (Step)new Single(write))),
        (3, Writes.Array[1, 5].Select(writes => (Step)new Transaction(writes))),
        (6, Gen.Select(Filter, Gen.Int[1, 6], Gen.Bool, (filter, most, keysOnly) => (Step)new Query(filter, most, keysOnly))),
        (3, Gen.Const((Step)new NextPage())),
        (1, Gen.Const((Step)new MadeAnew())));

    readonly string _folder = Directory.CreateTempSubdirectory("planable-preload-").FullName;
    LocalStorage _plain = null!, _preloaded = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _plain = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        _preloaded = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel, preload: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _preloaded.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public Task It_answers_as_Azurite_alone_does() => Steps.Array[10, 60].SampleAsync(async steps =>
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        Store[] stores = [await Store.CreateAsync(_plain, name), await Store.CreateAsync(_preloaded, name)];
        foreach (var (number, step) in steps.Index())
        {
            var answers = await Task.WhenAll(stores.Select(store => store.DoAsync(step, number)));
            Assert.Equal(answers[0], answers[1]);
        }
    }, iter: Rounds.Of(400), threads: 1);

    [Fact]
    public async Task What_was_stored_before_is_found_too()
    {
        string[] rows = [.. Enumerable.Range(0, 50).Select(row => $"row~{(row * 37 % 50).ToString("D2", CultureInfo.InvariantCulture)}")];
        await using (var first = await LocalStorage.StartAsync(_folder, _ => { }, Cancel, defaultPorts: false))
        {
            var table = new TableClient(first.ConnectionString, "rows");
            await table.CreateAsync(Cancel);
            foreach (var row in rows)
            {
                await table.AddEntityAsync(new TableEntity("partition", row), Cancel);
            }
        }
        await using var second = await LocalStorage.StartAsync(_folder, _ => { }, Cancel, defaultPorts: false);
        var found = await new TableClient(second.ConnectionString, "rows")
            .QueryAsync<TableEntity>("PartitionKey eq 'partition' and RowKey ge 'row~10' and RowKey lt 'row~30'", cancellationToken: Cancel)
            .Select(row => row.RowKey).ToArrayAsync(Cancel);
        Assert.Equal(rows.Order(StringComparer.Ordinal).Skip(10).Take(20), found);
    }

    [Theory]
    [InlineData("""{"version":"3.38.0"}""", "azurite is 3.38.0 instead of 3.37.0")]
    [InlineData("""{"version":"3.37.0"}""", "Cannot find module 'lokijs/package.json'")]
    public async Task Another_Azurite_is_left_as_it_is(string package, string reason)
    {
        var azurite = Directory.CreateDirectory(Path.Combine(_folder, "node_modules", "azurite")).FullName;
        await File.WriteAllTextAsync(Path.Combine(azurite, "package.json"), package, Cancel);
        var preload = Path.Combine(_folder, "preload.js");
        File.Copy(Path.Combine(AzuriteInstall.FindFolder(AppContext.BaseDirectory), "preload.js"), preload);
        using var node = Process.Start(new ProcessStartInfo("node", ["--require", preload, "--eval", "console.log('started')"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = (await node.StandardOutput.ReadToEndAsync(Cancel)).TrimEnd().Split('\n');
        Assert.Equal([$"Note: Queries of tables take longer, because Azurite is not as expected: {reason}", "started"], output);
    }

    abstract record Step;

    sealed record Single(Write Write) : Step;

    /// <summary>Writes of one partition, that of the first; some fail, and are undone.</summary>
    sealed record Transaction(Write[] Writes) : Step;

    sealed record Query(string Filter, int Most, bool KeysOnly) : Step;

    sealed record NextPage : Step;

    /// <summary>The table is deleted and made again.</summary>
    sealed record MadeAnew : Step;

    sealed record Write(TableTransactionActionType Kind, string Partition, string Row, bool IsStale)
    {
        static readonly ETag Stale = new("W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"");

        public TableTransactionAction Action(string partition, int number) => new(
            Kind, new TableEntity(partition, Row) { ["V"] = number, ["V" + number % 3] = "text" }, IsStale ? Stale : ETag.All);
    }

    sealed class Store(TableClient table)
    {
        Query _last = new("RowKey ge ''", 2, KeysOnly: false);
        string? _next;

        public static async Task<Store> CreateAsync(LocalStorage storage, string name)
        {
            var options = new TableClientOptions();
            options.Retry.MaxRetries = 0;
            var table = new TableClient(storage.ConnectionString, name, options);
            await table.CreateAsync(Cancel);
            return new(table);
        }

        /// <summary>What it answers, without times.</summary>
        public async Task<string> DoAsync(Step step, int number)
        {
            try
            {
                return step switch
                {
                    Single(var write) => $"{(await WriteAsync(write.Action(write.Partition, number))).Status}",
                    Transaction(var writes) => string.Join(' ', (await table.SubmitTransactionAsync(
                        writes.Select(write => write.Action(writes[0].Partition, number)), Cancel)).Value.Select(one => one.Status)),
                    Query query => await PageAsync(_last = query, null),
                    NextPage => await PageAsync(_last, _next),
                    _ => $"{(await table.DeleteAsync(Cancel)).Status} {(await table.CreateAsync(Cancel)).GetRawResponse().Status}",
                };
            }
            catch (RequestFailedException e)
            {
                return $"{e.Status} {e.ErrorCode}";
            }
        }

        Task<Response> WriteAsync(TableTransactionAction action) => (action.Entity, action.ActionType) switch
        {
            (var row, TableTransactionActionType.Add) => table.AddEntityAsync(row, Cancel),
            (var row, TableTransactionActionType.Delete) => table.DeleteEntityAsync(row.PartitionKey, row.RowKey, action.ETag, Cancel),
            (var row, TableTransactionActionType.UpdateMerge) => table.UpdateEntityAsync(row, action.ETag, TableUpdateMode.Merge, Cancel),
            (var row, TableTransactionActionType.UpdateReplace) =>
                table.UpdateEntityAsync(row, action.ETag, TableUpdateMode.Replace, Cancel),
            (var row, TableTransactionActionType.UpsertMerge) => table.UpsertEntityAsync(row, TableUpdateMode.Merge, Cancel),
            var (row, _) => table.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancel),
        };

        async Task<string> PageAsync(Query query, string? next)
        {
            string[]? select = query.KeysOnly ? ["PartitionKey", "RowKey"] : null;
            var page = await table.QueryAsync<TableEntity>(query.Filter, query.Most, select, Cancel).AsPages(next).FirstAsync(Cancel);
            _next = page.ContinuationToken;
            return string.Join('\n', page.Values.Select(row => string.Join(' ', row
                .Where(one => one.Key is not ("odata.etag" or "Timestamp")).Select(one => $"{one.Key}={one.Value}"))).Append(_next));
        }
    }
}
