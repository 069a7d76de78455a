using System.Diagnostics;
using System.Net.Http.Json;
using Azure.Data.Tables;
using Planable.Content.Activity;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Benchmarks;

/// <summary>
/// How many calls a second a local store of so many posts takes: with the preload beside plain Azurite, and the app beside a control that
/// makes the same storage calls with the SDK alone.
/// </summary>
static class Stores
{
    /// <summary>The size for which there are goals: the preload makes a list by date so many times as fast, and so on.</summary>
    const int Goals = 10_000;

    const double GoalBesideControl = 0.8;
    const int AtOnce = 4, Turns = 5, ScannedRows = 200, Shown = 20;

    /// <summary>Each has six rows, and a transaction takes a hundred.</summary>
    const int PostsAtOnce = 16;

    static readonly int[] Sizes = [100, Goals, 100_000];
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);
    static readonly DateTimeOffset FirstDate = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    sealed record Kind(string Name, double Goal, Func<HttpClient, Task<HttpResponseMessage>> App,
        Func<HttpClient, Task<HttpResponseMessage>> Control);

    public static async Task MeasureAsync(Ground ground)
    {
        var control = await ground.PublishControlAsync("Rows", "rows");
        foreach (var size in Sizes)
        {
            var plain = await RatesAsync(ground, control, size, preload: false);
            var preloaded = await RatesAsync(ground, control, size, preload: true);
            foreach (var ((kind, with, _), (_, without, _)) in preloaded.Zip(plain))
            {
                Figures.PrintRate($"{kind.Name}, {size} posts, preload", with, without, size == Goals ? kind.Goal : null);
            }
            foreach (var (kind, app, alone) in preloaded)
            {
                Figures.PrintRate($"{kind.Name}, {size} posts, beside the SDK", app, alone, size == Goals ? GoalBesideControl : null);
            }
        }
    }

    static async Task<List<(Kind Kind, double App, double Control)>> RatesAsync(Ground ground, Published control, int size, bool preload)
    {
        Console.Error.WriteLine($"Storing {size} posts in Azurite {(preload ? "with the preload" : "as it comes")}…");
        await using var store = await ground.OnAnotherStoreAsync(preload);
        await SeedAsync(store, size);
        await using var pair = await Pair.StartAsync(store, control);
        List<(Kind, double, double)> rates = [];
        foreach (var kind in Kinds(store, size))
        {
            List<double> app = [], alone = [];
            for (var turn = 0; turn <= Turns; turn++)
            {
                app.Add(await RateAsync(pair.App.Http, kind.App));
                // Plain Azurite is what takes the time there, whoever calls it.
                alone.Add(preload ? await RateAsync(pair.Control.Http, kind.Control) : 0);
            }
            // The first turn is to warm up.
            rates.Add((kind, Median(app[1..]), Median(alone[1..])));
        }
        return rates;

        static double Median(List<double> all) => all.Order().ElementAt(all.Count / 2);
    }

    static Kind[] Kinds(Ground ground, int size)
    {
        var (workspace, from) = (ground.Company.Workspaces[0], FirstDate.AddMinutes(size / 2));
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
                http => http.GetAsync($"/rows/by-date?from={PostIndex.Ticks(from)}&scan={ScannedRows}&take={Shown + 1}")),
        ];
    }

    /// <summary>Answered calls a second; a call that storage takes too long for is none.</summary>
    static async Task<double> RateAsync(HttpClient http, Func<HttpClient, Task<HttpResponseMessage>> call)
    {
        var (start, answered) = (Stopwatch.GetTimestamp(), 0);
        await Parallel.ForAsync(0, AtOnce, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
        {
            do
            {
                using var response = await call(http);
                if ((int)response.StatusCode < 500)
                {
                    response.EnsureSuccessStatusCode();
                    Interlocked.Increment(ref answered);
                }
            }
            while (Stopwatch.GetElapsedTime(start) < Turn);
        });
        return answered / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Brings a workspace to so many posts, with the rows that the app writes for each.</summary>
    static async Task SeedAsync(Ground ground, int size)
    {
        var (table, workspace) = (new TableClient(ground.Storage, "content"), ground.Company.Workspaces[0].Id["wks_".Length..]);
        var known = await table.RangeAsync(workspace, "post~").ToListAsync();
        var post = known[0].Read(PostStoredJson.Default.Post) with
        {
            ScheduledSet = false, Delivery = Delivery.None, Archived = false, Media = [], GroupPages = null, Publishing = null,
        };
        foreach (var numbers in Enumerable.Range(0, size - known.Count).Chunk(PostsAtOnce))
        {
            var posts = Array.ConvertAll(
                numbers, number => post with { Key = Ids.NewKey(TimeProvider.System), ScheduledAt = FirstDate.AddMinutes(number) });
            await table.SubmitTransactionAsync(PostStore.Added(posts).Concat(posts.SelectMany(Followed)));
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
