using System.Globalization;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Networks;
using Planable.Platform;
using Planable.Work;

namespace Planable.Functions.Tests.Kill;

/// <summary>Instances are killed while they publish on all networks at once.</summary>
public sealed class NetworkKillTests : KillGround
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    readonly Dictionary<string, FakeServer> _fakes = Fakes.Names.ToDictionary(name => name, Fakes.Of);
    TestCompany _company = null!;
    PostMedia _picture = null!, _video = null!;

    /// <summary>The vault is the folder of the instances.</summary>
    private protected override (string Key, string Value)[] ObserverSettings =>
        [("KeyVault:vaultUri", ""), ("PLANABLE_DATA", Folder), ("Publishing:Lease", $"{Lease}")];

    (string, string?)[] Settings => [.. _fakes.Values.SelectMany(fake => fake.Settings)
        .Select(one => (one.Name.Replace(":", "__", StringComparison.Ordinal), (string?)one.Value))];

    [Fact]
    public async Task Killed_at_any_instant_nothing_is_visible_twice_and_nothing_is_lost_without_a_word()
    {
        var rounds = Math.Max(4, Rounds.Of(40));
        foreach (var fake in _fakes.Values)
        {
            fake.Latency = TimeSpan.FromMilliseconds(50);
        }
        var pages = await PagesAsync(1);
        (string, string?)[] settings = [.. Settings, ("Publishing__Lease", $"{Lease}"),
            ("Publishing__Retries", string.Join(',', Enumerable.Repeat("00:00:01", 20)))];
        List<Post> all = [];
        for (var round = 0; round < rounds; round++)
        {
            all.AddRange(await ImportAsync(pages, pages.Length, TimeProvider.System.GetUtcNow().AddSeconds(-1), all.Count));
            var requests = _fakes.Values.Sum(fake => fake.Requests.Length);
            await Observer.Get<ProcessDue>().RunAsync(Cancel);
            var (app, http) = await StartAsync(settings);
            await using (app)
            using (http)
            {
                await Eventually.TrueAsync(
                    () => _fakes.Values.Sum(fake => fake.Requests.Length) > requests, "a network hears something");
                await Task.Delay(Random.Shared.Next(600), Cancel);
                await app.KillAsync();
            }
        }
        var (last, client) = await StartAsync(settings);
        await using (last)
        using (client)
        {
            await SettledAsync(all, tick: true);
        }
        await AgreeAsync(all, rounds);
    }

    [Fact]
    public async Task A_thousand_posts_of_a_minute_on_all_networks_go_out_in_time_though_one_of_two_instances_is_killed()
    {
        var many = Rounds.Of(1_000);
        foreach (var fake in _fakes.Values)
        {
            fake.Latency = TimeSpan.FromMilliseconds(50);
        }
        var pages = await PagesAsync(50);
        // With the product's delays, a post whose outcome is asked for twice would take six minutes.
        (string, string?)[] settings = [.. Settings, ("Runner__MessageLock", "00:10:00"),
            ("Publishing__Retries", string.Join(',', Enumerable.Repeat("00:00:10", 4)))];
        var (first, http) = await StartAsync(settings);
        var (second, other) = await StartAsync(settings);
        await using (first)
        await using (second)
        using (http)
        using (other)
        {
            // Far enough ahead for all of them to be stored; the instances' own timers find them.
            var now = TimeProvider.System.GetUtcNow();
            var due = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute)).AddMinutes(now.Second < 20 ? 1 : 2);
            var posts = await ImportAsync(pages, many, due, 0);
            await Eventually.TrueAsync(() => Visible > many / 5, "a fifth of them are visible", TimeSpan.FromMinutes(5));
            await first.KillAsync();
            await SettledAsync(posts, tick: false);
            var known = await KnownAsync(posts);
            var last = known.Max(post => post.Publishing!.PublishedAt)!.Value - due;
            await AgreeAsync(posts, 1);
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{many} posts, the last of them {last.TotalSeconds:0.0} s after they were due"));
            Assert.True(last < TimeSpan.FromMinutes(2), $"{last}");
        }
    }

    int Visible => _fakes.Values.Sum(fake => fake.Visible.Length);

    async Task<Page[]> PagesAsync(int atLeast)
    {
        _company = await TestCompany.CreateAsync(Observer, pages: 1);
        var workspace = _company.Workspaces[0].Key;
        _picture = await Observer.StoreAsync(workspace, Fakes.Picture.Format, Fakes.Picture.Bytes);
        _video = await Observer.StoreAsync(workspace, MediaFormat.Mp4, new byte[200_000], seconds: 10);
        List<Page> pages = [];
        while (pages.Count < Math.Max(atLeast, _fakes.Count))
        {
            var fake = _fakes[Fakes.Names[pages.Count % _fakes.Count]];
            pages.Add((await Observer.Get<PageConnections>().ConnectAsync(
                _company.Workspaces[0].Key, "A page", fake.Network, fake.Network, null, new(fake.Grant.ToJson(), fake.Grant.Account),
                Cancel)).Value!);
        }
        return [.. pages];
    }

    async Task<List<Post>> ImportAsync(Page[] pages, int count, DateTimeOffset due, int first)
    {
        List<Post> made = [];
        foreach (var some in Enumerable.Range(first, count).Chunk(20))
        {
            var now = TimeProvider.System.GetUtcNow();
            Post[] posts = [.. some.Select(number => (number, page: pages[number % pages.Length])).Select(one =>
                (_company.StoredPost($"Post number {one.number:0000}", now) with
                {
                    ScheduledAt = due,
                    ScheduledSet = true,
                    Page = one.page.Key,
                    Platform = one.page.Platform,
                }).On(one.page.Platform, _picture, _video))];
            await Observer.Get<PostCreation>().ImportAsync(_company.Workspaces[0].Key, posts, now, Cancel);
            made.AddRange(posts);
        }
        return made;
    }

    Task<Post[]> KnownAsync(List<Post> posts) => posts.EachAsync(
        async (post, stop) => (await Observer.Get<PostStore>().FindAsync(new(post.Workspace, post.Key), stop))!, Cancel);

    /// <summary>Waits until nothing more becomes of posts.</summary>
    /// <param name="tick">Whether the minute's timer is run every few seconds.</param>
    async Task SettledAsync(List<Post> posts, bool tick)
    {
        var (looked, open) = (TimeProvider.System.GetTimestamp(), posts);
        await Eventually.TrueAsync(async () =>
        {
            if (tick && TimeProvider.System.GetElapsedTime(looked) > Lease)
            {
                looked = TimeProvider.System.GetTimestamp();
                await Observer.Get<ProcessDue>().RunAsync(Cancel);
            }
            await Task.Delay(500, Cancel);
            open = [.. (await KnownAsync(open)).Where(
                post => post is not { Delivery: Delivery.Published or Delivery.Failed, Publishing.Until: null })];
            return open.Count == 0;
        }, "every post has a state that stays", TimeSpan.FromMinutes(10));
    }

    async Task AgreeAsync(List<Post> posts, int kills)
    {
        var known = await KnownAsync(posts);
        foreach (var (network, fake) in _fakes)
        {
            var (seen, own) = (fake.Visible, known.Where(post => post.Platform == network).ToArray());
            Assert.All(own, post =>
            {
                var times = seen.Count(text => text.Contains(post.Text, StringComparison.Ordinal));
                Assert.True(times <= 1, $"{network}: {post.Text} is visible {times} times");
                Assert.True(post.Publishing!.Failure?.Code is FailureCode.OUTCOME_UNKNOWN
                    || (times == 1) == (post.Delivery is Delivery.Published),
                    $"{network}: {post.Text} is visible {times} times, and is {post.Delivery}: {post.Publishing.Failure?.Message}");
            });
            var unknown = own.Count(post => post.Publishing!.Failure?.Code is FailureCode.OUTCOME_UNKNOWN);
            Assert.True(unknown == 0 || !Fakes.Certain.Contains(network), $"{network}: {unknown} outcomes are unknown");
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{network}: {kills} kills, {own.Length} posts, {own.Count(post => post.Delivery is Delivery.Published)} published, "
                + $"{unknown} unknown");
        }
    }
}
