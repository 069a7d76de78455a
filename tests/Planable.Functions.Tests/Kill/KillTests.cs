using System.Collections.Concurrent;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Kill;

/// <summary>The app is killed without notice, again and again; storage lives on. What a 2xx promised is there, once.</summary>
public sealed class KillTests : KillGround
{
    /// <summary>Instances at a time: while one starts, the other is written to.</summary>
    const int Lanes = 2;

    /// <summary>For one instance, over three partitions: the gate lets one write of a workspace pass at a time.</summary>
    const int Writers = 6;

    readonly TestCompany[] _companies = new TestCompany[2];
    readonly ConcurrentBag<TestCompany> _free = [];
    readonly ConcurrentBag<(TestCompany Company, string Id)> _made = [];

    [Fact]
    public async Task Killed_at_any_instant_nothing_that_was_promised_is_lost_and_nothing_is_doubled()
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var number = 0; number < _companies.Length; number++)
        {
            _companies[number] = await TestCompany.CreateAsync(Observer);
        }
        var rounds = Rounds.Of(100);
        var ledgers = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
        {
            var ledger = new Ledger();
            for (var round = lane; round < rounds; round += Lanes)
            {
                await LiveAsync(ledger, round);
            }
            return ledger;
        }));
        var (last, http) = await StartAsync();
        await using (last)
        using (http)
        {
            await Task.WhenAll(ledgers.Select(ledger => ledger.RepeatAsync(http)));
            await OutboxIsDoneAsync();
        }
        var entries = ledgers.SelectMany(ledger => ledger.Entries).ToArray();
        Assert.DoesNotContain(entries, entry => entry is { Key: not null, Status: null });
        foreach (var company in _companies.Concat(_free))
        {
            await HoldAsync(entries, company);
        }
        await Task.WhenAll(_free.Select(SlotsAgreeAsync));
        var succeeded = entries.Count(entry => entry.Succeeded);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rounds} rounds, {entries.Length} requests, {succeeded} with 2xx, {entries.Sum(entry => entry.Unanswered)} times no answer, "
            + $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds:0} s");
        Assert.True(succeeded > rounds * Writers);
    }

    /// <summary>From the start of an instance to its death.</summary>
    async Task LiveAsync(Ledger ledger, int round)
    {
        var free = await TestCompany.CreateAsync(Observer, Plan.Free);
        _free.Add(free);
        var (app, http) = await StartAsync();
        await using (app)
        using (http)
        {
            var repeats = ledger.RepeatAsync(http);
            var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync(ledger, http, free, $"{round}.{writer}")).ToArray();
            // One in eight is killed at any instant of its start or first calls, the others once what the last one left is answered.
            var early = round % 8 == 3;
            if (!early)
            {
                await repeats;
            }
            await Task.Delay(Random.Shared.Next(early ? 1_500 : 300), Cancel);
            await app.KillAsync();
            await Task.WhenAll([repeats, .. writers]);
        }
    }

    /// <summary>Writes until it gets no answer.</summary>
    async Task WriteAsync(Ledger ledger, HttpClient http, TestCompany free, string writer)
    {
        Ledger.Entry? sent = null;
        for (var number = 0; sent is null or { Status: not null }; number++)
        {
            var mark = $"{writer}.{number}";
            var key = number % 2 == 0 ? "key " + mark : null;
            var company = Random.Shared.GetItems(_companies, 1)[0];
            sent = await ledger.SendAsync(http, (number % 6) switch
            {
                2 or 3 => Group(company, mark, key),
                4 => Post(free, mark, key),
                5 when _made.TryTake(out var made) => Delete(made.Company, made.Id),
                _ => Post(company, mark, key),
            });
            if (sent is { Succeeded: true, Posts: 1 } && sent.Company == company.Key)
            {
                _made.Add((company, sent.Answer!.Ids("posts")[0]));
            }
        }
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

    static Ledger.Entry Delete(TestCompany company, string id) => new()
    {
        Method = HttpMethod.Delete,
        Path = "/posts/" + id,
        Company = company.Key,
        Token = company.Token,
        Key = "delete " + id,
        Mark = id,
    };

    /// <summary>Each success is there once, each request without an answer 0 or 1 times, and all that counts posts agrees.</summary>
    async Task HoldAsync(Ledger.Entry[] all, TestCompany company)
    {
        var store = Observer.Get<PostStore>();
        var workspace = company.Workspaces[0].Key;
        var there = new List<Post>();
        for (var more = true; more;)
        {
            var page = await Observer.Get<PostLists>().NewestAsync(workspace, forClients: false, there.Count, 100, Cancel);
            there.AddRange(page.Posts);
            more = page.HasMore;
        }
        var entries = all.Where(entry => entry.Company == company.Key).ToArray();
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
                Assert.True(ids.Length == 0 || (made.Status is null && ids.Length == made.Posts),
                    $"{made.Mark}: {(int?)made.Status}, {ids.Length} posts");
            }
        }
        Assert.DoesNotContain(there, post => deleted.Contains(post.Id));
        Assert.Equal(there.Count, (await Observer.Get<PageStore>().CountersAsync(workspace, Cancel)).Value.Posts);
        Assert.Empty(await company.CheckAsync());
    }

    /// <summary>Slots of posts that came to be are taken, those of posts that did not are returned.</summary>
    Task SlotsAgreeAsync(TestCompany company) => Eventually.TrueAsync(async () =>
    {
        var slots = await Observer.Get<Tables>().Companies.FindAsync(company.Key, "slots", Cancel);
        var taken = slots?.Read(PostStoredJson.Default.Slots).Taken.Values.Sum(one => one.Posts) ?? 0;
        return taken == (await Observer.Get<PageStore>().CountersAsync(company.Workspaces[0].Key, Cancel)).Value.Posts;
    }, "slots agree with posts");
}
