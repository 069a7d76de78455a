using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Azure.Data.Tables;
using Planable.Content.Activity;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Benchmarks;

/// <summary>
/// How many calls a second a local store of so many posts takes: with the preload beside plain Azurite, and the app beside a control that
/// makes the same storage calls with the SDK alone. A large store is not measured on plain Azurite, which takes hours to fill.
/// </summary>
static class Stores
{
    /// <summary>The size for which there are goals: the preload makes a list by date so many times as fast, and so on.</summary>
    const int Goals = 10_000;

    const double GoalBesideControl = 0.8, GoalOfLargest = 1.2;
    const int AtOnce = 4, Turns = 5, Shown = 20;

    /// <summary>Each has seven rows, and a transaction takes a hundred.</summary>
    const int PostsAtOnce = 14;

    static readonly int[] Sizes = [100, Goals, 100_000];
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);
    static readonly DateTimeOffset FirstDate = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public sealed record Kind(string Name, double Goal, Func<HttpClient, Task<HttpResponseMessage>> App,
        Func<HttpClient, Task<HttpResponseMessage>> Control);

    /// <param name="Rate">Calls a second.</param>
    /// <param name="P50">How long half of the calls take at most.</param>
    sealed record Speed(double Rate, TimeSpan P50);

    sealed record Measured(Kind Kind, Speed App, Speed Other);

    public static async Task MeasureAsync(Ground ground)
    {
        var control = await ground.PublishControlAsync("Rows", "rows");
        foreach (var size in Sizes)
        {
            await using var store = await Local.StartAsync(ground, control, size, preload: true);
            var preloaded = await MeasureAsync(store, store.Pair.Control.Http, kind => kind.Control);
            if (size <= Goals)
            {
                await using var plain = await Local.StartAsync(ground, control, size, preload: false);
                foreach (var (with, without) in preloaded.Zip(await MeasureAsync(plain, plain.Pair.Control.Http, kind => kind.Control)))
                {
                    Figures.PrintRate(
                        $"{with.Kind.Name}, {size} posts, preload", with.App.Rate, without.App.Rate, size == Goals ? with.Kind.Goal : null);
                }
            }
            foreach (var (kind, app, alone) in preloaded)
            {
                Figures.PrintRate(
                    $"{kind.Name}, {size} posts, beside the SDK", app.Rate, alone.Rate, size == Goals ? GoalBesideControl : null);
            }
            if (size == Sizes[^1])
            {
                await using var small = await Local.StartAsync(ground, control, Sizes[0], preload: true);
                foreach (var (kind, large, little) in await MeasureAsync(store, small.Pair.App.Http, kind =>
                    Array.Find(small.Kinds, one => one.Name == kind.Name)!.App))
                {
                    Figures.PrintTime($"{kind.Name} p50, {size} beside {Sizes[0]} posts", large.P50, little.P50, GoalOfLargest);
                }
            }
        }
    }

    /// <summary>Calls a store's app in turns with something else.</summary>
    static async Task<List<Measured>> MeasureAsync(
        Local store, HttpClient other, Func<Kind, Func<HttpClient, Task<HttpResponseMessage>>> call)
    {
        List<Measured> all = [];
        foreach (var kind in store.Kinds)
        {
            List<Speed> app = [], beside = [];
            for (var turn = 0; turn <= Turns; turn++)
            {
                app.Add(await SpeedAsync(store.Pair.App.Http, kind.App));
                beside.Add(await SpeedAsync(other, call(kind)));
            }
            // The first turn is to warm up.
            all.Add(new(kind, Median(app[1..]), Median(beside[1..])));
        }
        return all;

        static Speed Median(List<Speed> all) => all.OrderBy(one => one.Rate).ElementAt(all.Count / 2);
    }

    /// <summary>A store of so many posts, and the programs that use it.</summary>
    sealed record Local(Ground Store, Pair Pair, Kind[] Kinds) : IAsyncDisposable
    {
        public static async Task<Local> StartAsync(Ground ground, Published control, int size, bool preload)
        {
            Console.Error.WriteLine($"Storing {size} posts in Azurite {(preload ? "with the preload" : "as it comes")}…");
            var store = await ground.OnAnotherStoreAsync(preload);
            await SeedAsync(store, size);
            return new(store, await Pair.StartAsync(store, control), KindsOf(store, size));
        }

        public async ValueTask DisposeAsync()
        {
            await Pair.DisposeAsync();
            await Store.DisposeAsync();
        }
    }

    public static Kind[] KindsOf(Ground ground, int size)
    {
        var (workspace, from) = (ground.Company.Workspaces[0], FirstDate.AddMinutes(size / 2));
        var page = workspace.Pages[0].Id[^Ids.KeyLength..];
        var list = $"/api/v1/posts?workspaceId={workspace.Id}&limit={Shown}";
        var body = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["workspaceId"] = workspace.Id,
            ["pageId"] = workspace.Pages[0].Id,
            ["text"] = "We are opening early all week. Come by for the first cup.",
        };
        return
        [
            new("create", 5, http => http.PostAsJsonAsync("/api/v1/posts", body), http => http.PostAsJsonAsync("/rows", body)),
            new("newest 20", 4, http => http.GetAsync(list), http => http.GetAsync($"/rows/newest?take={Shown + 1}")),
            new("list by date", 20, http => http.GetAsync($"{list}&scheduledAfter={from:yyyy-MM-ddTHH:mm:ssZ}"),
                http => http.GetAsync(Rows("date", PostIndex.Ticks(from), "~~~"))),
            new("list by page", 20, http => http.GetAsync($"{list}&pageId={workspace.Pages[0].Id}"),
                http => http.GetAsync(Rows("page", page + "~", page + "~~"))),
            new("list by campaign", 20, http => http.GetAsync(list + "&campaignId=no-campaign"),
                http => http.GetAsync(Rows("campaign", "none~", "none~~"))),
        ];

        static string Rows(string by, string from, string until) => $"/rows/list?by={by}&from={from}&until={until}&take={Shown + 1}";
    }

    /// <summary>Answered calls, of which one that storage takes too long for is none.</summary>
    static async Task<Speed> SpeedAsync(HttpClient http, Func<HttpClient, Task<HttpResponseMessage>> call)
    {
        var (start, answered) = (Stopwatch.GetTimestamp(), new ConcurrentBag<TimeSpan>());
        await Parallel.ForAsync(0, AtOnce, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
        {
            do
            {
                var before = Stopwatch.GetTimestamp();
                using var response = await call(http);
                if ((int)response.StatusCode < 500)
                {
                    response.EnsureSuccessStatusCode();
                    answered.Add(Stopwatch.GetElapsedTime(before));
                }
            }
            while (Stopwatch.GetElapsedTime(start) < Turn);
        });
        return new(
            answered.Count / Stopwatch.GetElapsedTime(start).TotalSeconds, answered.Order().ElementAtOrDefault(answered.Count / 2));
    }

    /// <summary>Brings a workspace to so many posts, with the rows that the app writes for each.</summary>
    public static async Task SeedAsync(Ground ground, int size)
    {
        var (table, workspace) = (new TableClient(ground.Storage, "content"), ground.Company.Workspaces[0].Id["wks_".Length..]);
        var known = await table.RangeAsync(workspace, "post~").ToListAsync();
        var post = known[0].Read(PostStoredJson.Default.Post) with
        {
            ScheduledSet = false,
            Delivery = Delivery.None,
            Archived = false,
            Media = [],
            GroupPages = null,
            Publishing = null,
        };
        foreach (var numbers in Enumerable.Range(0, size - known.Count).Chunk(PostsAtOnce))
        {
            var posts = Array.ConvertAll(
                numbers, number => post with { Key = Ids.NewKey(TimeProvider.System), ScheduledAt = FirstDate.AddMinutes(number) });
            await table.SubmitTransactionAsync(
                PostStore.Added(posts).Concat(posts.SelectMany(Followed)));
        }

        TableTransactionAction[] Followed(Post made) =>
        [
            ActivityFeed.Row(workspace, made.Creator, null, made.Key, made.CreatedAt, PostAction.CREATED, [made.Key]),
            new(TableTransactionActionType.Add,
                new TableEntity(workspace, "outbox~" + made.Key) { ["At"] = made.CreatedAt, ["Open"] = false }
                    .With(made, PostStoredJson.Default.Post, "answer")),
        ];
    }
}
