using System.Net.Http.Json;
using System.Text.Json;

namespace Planable.Functions.Benchmarks;

static class Measurements
{
    const int Starts = 15, Reads = 4000, Writes = 1500;

    /// <summary>
    /// From the start of the process to its first answer: planable beside an empty web app, and beside one that only reads two rows with
    /// the SDK; the worker beside an empty worker.
    /// </summary>
    public static async Task StartAsync(Ground ground)
    {
        var empty = await ground.PublishControlAsync("Empty", "empty");
        var rows = await ground.PublishControlAsync("Rows", "rows");
        var emptyWorker = await ground.PublishControlAsync("Worker", "emptyworker");
        var (standalone, overRows, worker, processor) = (new Figures(), new Figures(), new Figures(), new Figures());
        for (var round = -1; round < Starts; round++)
        {
            var control = await Measure(StartEmpty(), "/");
            var reading = await Measure(await ground.StartRowsAsync(rows), "/rows");
            var alone = await Measure(ground.StartStandalone(), "/api/v1/ping");
            var (emptyWall, emptyProcessor) = await Workers.FirstAnswerAsync(ground, emptyWorker, "/ping");
            var (wall, time) = await Workers.FirstAnswerAsync(ground, ground.Worker, "/api/v1/ping");
            // The first round only brings the files into memory.
            if (round >= 0)
            {
                standalone.Add(alone, control);
                overRows.Add(alone, reading);
                worker.Add(wall, emptyWall);
                processor.Add(time, emptyProcessor);
            }
        }
        standalone.Print("start standalone", 0.5, 1.6);
        overRows.Print("start standalone over two rows' start", 0.5, 1.6);
        worker.Print("start of the worker", 0.5, 1.5);
        processor.Print("start of the worker, processor time", 0.5, 1.3);
        var list = "/api/v1/posts?workspaceId=" + ground.Company.Workspaces[0].Id;
        Figures.PrintCount(
            "methods compiled until the first list",
            await CompiledAsync(log => ground.StartStandalone(log), list), await CompiledAsync(StartEmpty, "/"), 500);

        RunningApp StartEmpty(params (string Name, string Value)[] more) =>
            empty.Start([("ASPNETCORE_URLS", "http://127.0.0.1:{port}"), .. more]);

        async Task<TimeSpan> Measure(RunningApp started, string path)
        {
            await using var app = started;
            app.Authorize(ground.Company.Tokens.Write);
            return await app.FirstAnswerAsync(path);
        }

        // The runtime itself writes a line for each method that it compiles.
        async Task<int> CompiledAsync(Func<(string Name, string Value)[], RunningApp> start, string path)
        {
            var log = Path.GetTempFileName();
            await Measure(start([("DOTNET_JitStdOutFile", log), ("DOTNET_JitDisasmSummary", "1")]), path);
            var methods = (await File.ReadAllLinesAsync(log)).Length;
            File.Delete(log);
            return methods;
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
