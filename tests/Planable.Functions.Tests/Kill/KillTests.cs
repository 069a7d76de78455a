using System.Collections.Concurrent;
using Azure.Data.Tables;
using Planable.Companies;
using Planable.Functions.Tests.Hosting;
using Planable.Hosting;
using Planable.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Kill;

/// <summary>The app is killed without notice, again and again; storage lives on. What a 2xx promised is there, once.</summary>
public sealed class KillTests : IAsyncLifetime
{
    static readonly (string, string?)[] Impatient =
        [("WorkspaceRemoval__Wait", "00:00:01"), ("Runner__MessageLock", "00:00:02"), ("FollowUps__GiveUpAfter", "00:00:05")];

    readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;
    LocalStorage _storage = null!;
    App _observer = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        // It only looks, and makes companies: as under the host, it runs no triggers of its own and makes no tables.
        _observer = App.Start(_storage.ConnectionString, settings: ("FUNCTIONS_CUSTOMHANDLER_PORT", "0"));
        var (first, http) = await AppProcess.ServeAsync(_folder, _storage.ConnectionString);
        http.Dispose();
        await first.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _observer.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Killed_at_any_instant_nothing_that_was_promised_is_lost_and_nothing_is_doubled()
    {
        var company = await TestCompany.CreateAsync(_observer);
        var free = new List<TestCompany>();
        var ledger = new Ledger();
        var ids = new ConcurrentBag<string>();
        for (var round = 0; round < Rounds.Of(100); round++)
        {
            free.Add(await TestCompany.CreateAsync(_observer, Plan.Free));
            var (app, http) = await AppProcess.ServeAsync(_folder, _storage.ConnectionString, Impatient);
            await using (app)
            using (http)
            {
                await ledger.SettleAsync(http);
                using var killed = new CancellationTokenSource();
                var writers = Enumerable.Range(0, 4).Select(writer => WriteAsync($"{round}.{writer}", killed.Token)).ToArray();
                await Task.Delay(Random.Shared.Next(30, 500), Cancel);
                await app.KillAsync();
                await killed.CancelAsync();
                await Task.WhenAll(writers);

                async Task WriteAsync(string writer, CancellationToken stop)
                {
                    for (var number = 0; !stop.IsCancellationRequested; number++)
                    {
                        var mark = $"{writer}.{number}";
                        var key = number % 2 == 0 ? "key " + mark : null;
                        var entry = (number % 6) switch
                        {
                            0 or 1 => Post(company, mark, key),
                            2 or 3 => Group(company, mark, key),
                            4 => Post(free[^1], mark, key),
                            _ when ids.TryTake(out var id) => new() { Method = HttpMethod.Delete, Path = "/posts/" + id, Company = company.Key, Token = company.Token, Key = "delete " + id, Mark = id },
                            _ => Post(company, mark, key),
                        };
                        var sent = await ledger.SendAsync(http, entry);
                        if (sent is { Succeeded: true, Posts: 1 } && sent.Company == company.Key)
                        {
                            ids.Add(sent.Answer!.Ids("posts")[0]);
                        }
                    }
                }
            }
        }
        var (last, settled) = await AppProcess.ServeAsync(_folder, _storage.ConnectionString, Impatient);
        await using (last)
        using (settled)
        {
            await ledger.SettleAsync(settled);
            await FollowUpsAreDoneAsync();
            await HoldAsync(ledger, company);
            foreach (var one in free)
            {
                await HoldAsync(ledger, one);
                await SlotsAgreeAsync(one);
            }
        }
        Assert.True(ledger.Entries.Count(entry => entry.Succeeded) > Rounds.Of(100) * 4);
    }

    static Ledger.Entry Post(TestCompany company, string mark, string? key) => new()
    {
        Method = HttpMethod.Post,
        Path = "/posts",
        Company = company.Key,
        Token = company.Token,
        Body = Json.Text(company.Post(mark)),
        Key = key,
        Mark = mark,
        Posts = 1,
    };

    static Ledger.Entry Group(TestCompany company, string mark, string? key) => new()
    {
        Method = HttpMethod.Post,
        Path = "/posts",
        Company = company.Key,
        Token = company.Token,
        Body = Json.Text(new { workspaceId = company.WorkspaceId, pageIds = company.PageIds, text = mark }),
        Key = key,
        Mark = mark,
        Posts = company.PageIds.Length,
    };

    /// <summary>Each success is there once, each request without an answer 0 or 1 times, and all that counts posts agrees.</summary>
    async Task HoldAsync(Ledger ledger, TestCompany company)
    {
        var store = _observer.Get<PostStore>();
        var workspace = company.Workspaces[0].Key;
        var there = new List<Post>();
        for (var more = true; more;)
        {
            var page = await store.ListAsync(workspace, default, there.Count, 100, clientsOnly: false, Cancel);
            there.AddRange(page.Posts);
            more = page.HasMore;
        }
        var entries = ledger.Entries.Where(entry => entry.Company == company.Key).ToArray();
        var deleted = entries.Where(entry => entry.Method == HttpMethod.Delete && entry.Succeeded).Select(entry => entry.Mark).ToHashSet();
        var found = there.ToLookup(post => post.Text, post => post.Id);
        foreach (var made in entries.Where(entry => entry.Method == HttpMethod.Post))
        {
            var ids = found[made.Mark].Order().ToArray();
            if (made.Succeeded)
            {
                Assert.Equal(made.Answer!.Ids("posts").Where(id => !deleted.Contains(id)).Order(), ids);
            }
            else
            {
                Assert.True(ids.Length == 0 || (made.Status is null && ids.Length == made.Posts), $"{made.Mark}: {(int?)made.Status}, {ids.Length} posts");
            }
        }
        Assert.DoesNotContain(there, post => deleted.Contains(post.Id));
        Assert.Equal(there.Count, await store.CountAsync(workspace, clientsOnly: false, Cancel));
        var rows = (await RowsAsync("content", workspace)).Select(row => row.RowKey).ToArray();
        Assert.Equal(there.Count, rows.Count(row => row.StartsWith("by-page~", StringComparison.Ordinal)));
        Assert.Equal(there.Count, rows.Count(row => row.StartsWith("by-campaign~", StringComparison.Ordinal)));
    }

    /// <summary>Slots of posts that came to be are taken, those of posts that did not are returned.</summary>
    Task SlotsAgreeAsync(TestCompany company) => Eventually.TrueAsync(async () =>
    {
        var slots = await _observer.Get<Tables>().Companies.FindAsync(company.Key, "slots", Cancel);
        var taken = slots?.Read(StoredJson.Default.Slots).Taken.Values.Sum(one => one.Posts) ?? 0;
        return taken == await _observer.Get<PostStore>().CountAsync(company.Workspaces[0].Key, clientsOnly: false, Cancel);
    }, "slots agree with posts");

    Task FollowUpsAreDoneAsync() => Eventually.TrueAsync(async () =>
        !(await RowsAsync("content")).Concat(await RowsAsync("companies")).Any(row => row.GetBoolean("Open") is true),
        "every follow-up that a record lists is done");

    async Task<List<TableEntity>> RowsAsync(string table, string? partition = null) =>
        await new TableServiceClient(_storage.ConnectionString).GetTableClient(table)
            .QueryAsync<TableEntity>(partition is null ? null : $"PartitionKey eq '{partition}'", cancellationToken: Cancel).ToListAsync(Cancel);
}
