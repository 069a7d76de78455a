using System.Net.Http.Json;
using System.Text.Json;

namespace Planable.Functions.Benchmarks;

static class Measurements
{
    const int Starts = 15, Reads = 4000, Writes = 1500;

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
        await using var pair = await Pair.StartAsync(ground, await ground.PublishControlAsync("Rows", "rows"));
        var list = await pair.App.Http.GetFromJsonAsync<JsonElement>(
            $"/api/v1/posts?workspaceId={ground.Company.Workspaces[0].Id}&limit=1");
        var post = "/api/v1/posts/" + list.GetProperty("data")[0].GetProperty("id").GetString();
        var figures = await pair.MeasureAsync(Reads, http => http.GetAsync(post), http => http.GetAsync("/rows"));
        figures.Print("get a post", 0.5, 1.25);
        figures.Print("get a post", 0.99, 1.25);
    }

    /// <summary>A new post, beside one row read, one range read and a transaction of six rows.</summary>
    public static async Task CreateAsync(Ground ground)
    {
        await using var pair = await Pair.StartAsync(ground, await ground.PublishControlAsync("Rows", "rows"));
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
}
