using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Planable.Functions.Benchmarks;

static class Measurements
{
    const int Starts = 15, WarmUp = 2000, Reads = 4000, Writes = 1500;

    /// <summary>
    /// From the start of the process to its first answer: planable beside an empty web app,
    /// the worker beside an empty worker.
    /// </summary>
    public static async Task StartAsync(Ground ground)
    {
        var empty = await ground.PublishControlAsync("Empty", "empty");
        var emptyWorker = await ground.PublishControlAsync("Worker", "emptyworker");
        var (standalone, worker, processor) = (new Figures(), new Figures(), new Figures());
        for (var round = -1; round < Starts; round++)
        {
            var control = await Measure(() => empty.Start(("ASPNETCORE_URLS", "http://127.0.0.1:{port}")), "/");
            var alone = await Measure(() => ground.StartStandalone(), "/api/v1/ping");
            var (emptyWall, emptyProcessor) = await Workers.FirstAnswerAsync(ground, emptyWorker, "/ping");
            var (wall, time) = await Workers.FirstAnswerAsync(ground, ground.Worker, "/api/v1/ping");
            // The first round only brings the files into memory.
            if (round >= 0)
            {
                standalone.Add(alone, control);
                worker.Add(wall, emptyWall);
                processor.Add(time, emptyProcessor);
            }
        }
        standalone.Print("start standalone", 0.5, 2);
        worker.Print("start of the worker", 0.5, 1.5);
        processor.Print("start of the worker, processor time", 0.5, 1.5);

        async Task<TimeSpan> Measure(Func<RunningApp> start, string path)
        {
            await using var app = start();
            app.Authorize(ground.Company.Tokens.Write);
            return await app.FirstAnswerAsync(path);
        }
    }

    /// <summary>One post, beside the same two rows read as they are.</summary>
    public static async Task GetAsync(Ground ground)
    {
        await using var pair = await Pair.StartAsync(ground);
        var list = await pair.App.Http.GetFromJsonAsync<JsonElement>(
            $"/api/v1/posts?workspaceId={ground.Company.Workspaces[0].Id}&limit=1");
        var post = "/api/v1/posts/" + list.GetProperty("data")[0].GetProperty("id").GetString();
        var figures = await pair.MeasureAsync(Reads, http => http.GetAsync(post), http => http.GetAsync("/rows"));
        figures.Print("get a post", 0.5, 1.25);
        figures.Print("get a post", 0.99, 1.25);
    }

    /// <summary>A new post, beside one row read, one range read and a transaction of five rows.</summary>
    public static async Task CreateAsync(Ground ground)
    {
        await using var pair = await Pair.StartAsync(ground);
        var workspace = ground.Company.Workspaces[0];
        var body = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["workspaceId"] = workspace.Id,
            ["pageId"] = workspace.Pages[0].Id,
            ["text"] = "We are opening early all week. Come by for the first cup.",
        };
        var figures = await pair.MeasureAsync(
            Writes, http => http.PostAsJsonAsync("/api/v1/posts", body), http => http.PostAsJsonAsync("/rows", body));
        figures.Print("create a post", 0.5, 1.25);
    }

    /// <summary>The app and the control that does with rows what the app does with posts.</summary>
    sealed record Pair(RunningApp App, RunningApp Control) : IAsyncDisposable
    {
        public static async Task<Pair> StartAsync(Ground ground)
        {
            var control = await ground.StartRowsAsync(await ground.PublishControlAsync("Rows", "rows"));
            var app = ground.StartStandalone();
            app.Authorize(ground.Company.Tokens.Write);
            await app.FirstAnswerAsync("/api/v1/ping");
            await control.FirstAnswerAsync("/rows");
            return new(app, control);
        }

        public async Task<Figures> MeasureAsync(
            int times, Func<HttpClient, Task<HttpResponseMessage>> app, Func<HttpClient, Task<HttpResponseMessage>> control)
        {
            var figures = new Figures();
            for (var round = -WarmUp; round < times; round++)
            {
                var (one, other) = (await Time(App.Http, app), await Time(Control.Http, control));
                if (round >= 0)
                {
                    figures.Add(one, other);
                }
            }
            return figures;
        }

        static async Task<TimeSpan> Time(HttpClient http, Func<HttpClient, Task<HttpResponseMessage>> call)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await call(http);
            response.EnsureSuccessStatusCode();
            return Stopwatch.GetElapsedTime(start);
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Control.DisposeAsync();
        }
    }
}
