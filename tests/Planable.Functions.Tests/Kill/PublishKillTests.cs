using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Publishing;
using Planable.Networks.Publishing;
using Planable.Platform;
using Planable.Work;

namespace Planable.Functions.Tests.Kill;

/// <summary>Instances are killed while they publish; the network counts what it is sent, and the posts say what became of them.</summary>
public sealed class PublishKillTests : KillGround
{
    const int Lanes = 2, Posts = 6;

    /// <summary>How often the tests look for what is due, and how long a lease lasts: elsewhere a minute each.</summary>
    static readonly TimeSpan Minute = TimeSpan.FromSeconds(4);

    long _looked;

    private protected override (string Key, string Value)[] ObserverSettings => [("Publishing:Lease", $"{Minute}")];

    /// <summary>The hundred kills are spread over stores: the emulator reads a whole table for each range of it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Killed_at_any_instant_nothing_is_published_twice_and_nothing_is_lost(int store)
    {
        var start = TimeProvider.System.GetTimestamp();
        await using var network = await FakeNetwork.StartAsync();
        network.Latency = TimeSpan.FromMilliseconds(50);
        (string, string?)[] settings =
            [("Sandbox__Network", network.Url), ("Publishing__Lease", $"{Minute}"),
                ("Publishing__Retries", string.Join(',', Enumerable.Repeat("00:00:01", 20)))];
        var company = await TestCompany.CreateAsync(Observer, pages: 8);
        var rounds = Rounds.Of(34);
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
        {
            List<Post> made = [];
            for (var round = lane; round < rounds; round += Lanes)
            {
                var posts = await ImportAsync(company, Posts, TimeProvider.System.GetUtcNow().AddSeconds(-1));
                made.AddRange(posts);
                await TickAsync();
                var (app, http) = await StartAsync(settings);
                await using (app)
                using (http)
                {
                    // Two in three once the network hears of the first of them, so that it is in the midst of it; the others at any instant
                    // of a start.
                    if (round % 3 != 0)
                    {
                        // Who takes its messages may be the other lane's instance, and die with them: as each minute, they are looked for
                        // again.
                        await Eventually.TrueAsync(async () =>
                        {
                            await TickNextAsync();
                            return posts.Exists(post => network.Published.ContainsKey(post.Id));
                        }, "it has begun");
                    }
                    await Task.Delay(Random.Shared.Next(round % 3 == 0 ? 1_500 : 200), Cancel);
                    await app.KillAsync();
                }
            }
            return made;
        }));
        Post[] all = [.. lanes.SelectMany(made => made)];
        var left = network.Published.Count;
        var (last, client) = await StartAsync(settings);
        await using (last)
        using (client)
        {
            await SettledAsync(all);
        }
        var known = await all.EachAsync(
            async (post, _) => (await Observer.Get<PostStore>().FindAsync(new(post.Workspace, post.Key), Cancel))!, Cancel);
        Assert.All(known, post => Assert.Equal((Delivery.Published, 1), (post.Delivery, network.Published.GetValueOrDefault(post.Id))));
        var attempts = await all.EachAsync(
            (post, stop) => Observer.Get<AttemptStore>().ListAsync(new(post.Workspace, post.Key), stop).ToListAsync(stop).AsTask(), Cancel);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"store {store}: {rounds} kills, {all.Length} posts, {all.Length - left} left to the last instance, "
            + $"{attempts.Count(list => list.Count > 1)} attempted more than once, "
            + $"{attempts.SelectMany(list => list).Count(one => one.Failure?.Code is FailureCode.INTERRUPTED)} interrupted before "
            + "they were sent, "
            + $"{attempts.SelectMany(list => list).Count(one => one.Failure?.Code is FailureCode.NOT_ARRIVED)} never arrived, "
            + $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds:0} s");
    }

    async Task<List<Post>> ImportAsync(TestCompany company, int count, DateTimeOffset due)
    {
        List<Post> made = [];
        foreach (var some in Enumerable.Range(0, count).Chunk(20))
        {
            var now = TimeProvider.System.GetUtcNow();
            Post[] posts =
                [.. some.Select(number => company.StoredPost($"{number}", now, number) with { ScheduledAt = due, ScheduledSet = true })];
            while (true)
            {
                try
                {
                    await Observer.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, posts, now, Cancel);
                    break;
                }
                catch (Azure.RequestFailedException e) when (e.Status is 409 or 412)
                {
                    // Both lanes count their posts; or it was us, and the answer came too late.
                    if (await Observer.Get<PostStore>().FindAsync(new(posts[0].Workspace, posts[0].Key), Cancel) is not null)
                    {
                        break;
                    }
                }
            }
            made.AddRange(posts);
        }
        return made;
    }

    /// <summary>Waits until nothing more becomes of posts.</summary>
    Task SettledAsync(Post[] posts) => Eventually.TrueAsync(async () =>
    {
        await TickNextAsync();
        var known = await posts.EachAsync((post, stop) => Observer.Get<PostStore>().FindAsync(new(post.Workspace, post.Key), stop), Cancel);
        return Array.TrueForAll(known, post => post is { Delivery: Delivery.Published or Delivery.Failed, Publishing.Until: null });
    }, "every post has a state that stays", TimeSpan.FromMinutes(4));

    /// <summary>Does what the minute's timer does: one that fails because the store is busy is told of, and the next one goes on.</summary>
    async Task TickAsync()
    {
        try
        {
            await Observer.Get<ProcessDue>().RunAsync(Cancel);
        }
        catch (Exception e) when (StorageOutcome.IsUnknown(e) && !Cancel.IsCancellationRequested)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"The store was busy: {e.Message}");
        }
    }

    /// <summary>Looks if it is time to. Looking all the time would take the local store from those who publish.</summary>
    async Task TickNextAsync()
    {
        if (TimeProvider.System.GetElapsedTime(_looked) > Minute)
        {
            _looked = TimeProvider.System.GetTimestamp();
            await TickAsync();
        }
    }
}
