using System.Collections.Concurrent;
using Planable.Companies;
using Planable.Functions.Tests.Hosting;
using Planable.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Kill;

/// <summary>The app is killed without notice, again and again; storage lives on. What a 2xx promised is there, once.</summary>
public sealed class KillTests : KillGround
{
    [Fact]
    public async Task Killed_at_any_instant_nothing_that_was_promised_is_lost_and_nothing_is_doubled()
    {
        var company = await TestCompany.CreateAsync(Observer);
        var free = new List<TestCompany>();
        var ledger = new Ledger();
        var ids = new ConcurrentBag<string>();
        for (var round = 0; round < Rounds.Of(100); round++)
        {
            free.Add(await TestCompany.CreateAsync(Observer, Plan.Free));
            var (app, http) = await ServeAsync();
            await using (app)
            using (http)
            {
                await ledger.SettleAsync(http);
                var writers = Enumerable.Range(0, 4).Select(writer => WriteAsync($"{round}.{writer}")).ToArray();
                await Task.Delay(Random.Shared.Next(30, 400), Cancel);
                await app.KillAsync();
                await Task.WhenAll(writers);

                // Writes until it gets no answer.
                async Task WriteAsync(string writer)
                {
                    Ledger.Entry? sent = null;
                    for (var number = 0; sent is null or { Status: not null }; number++)
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
                        sent = await ledger.SendAsync(http, entry);
                        if (sent is { Succeeded: true, Posts: 1 } && sent.Company == company.Key)
                        {
                            ids.Add(sent.Answer!.Ids("posts")[0]);
                        }
                    }
                }
            }
        }
        var (last, settled) = await ServeAsync();
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
        var store = Observer.Get<PostStore>();
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
        var slots = await Observer.Get<Tables>().Companies.FindAsync(company.Key, "slots", Cancel);
        var taken = slots?.Read(StoredJson.Default.Slots).Taken.Values.Sum(one => one.Posts) ?? 0;
        return taken == await Observer.Get<PostStore>().CountAsync(company.Workspaces[0].Key, clientsOnly: false, Cancel);
    }, "slots agree with posts");
}
